//! A way to the server that breaks once: after so many bytes, or when the answer to a COMMIT is due.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Where the way breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cut {
    /// Nowhere.
    Never,
    /// After so many bytes to the server.
    ToServer(u64),
    /// After so many bytes to the client.
    ToClient(u64),
    /// The so-manieth COMMIT still gets there, its answer does not.
    AnswerToCommit(u64),
}

/// The way, as long as this value.
pub(super) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    cut: Cut,
    is_cut: AtomicBool,
    is_over: AtomicBool,
    to_server: AtomicU64,
    to_client: AtomicU64,
    commits: AtomicU64,
}

impl Proxy {
    /// A way to `server`, which is a host and a port.
    pub(super) fn to(server: &str, cut: Cut) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("no way to the server could be laid: {error}");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let shared = Arc::new(Shared {
            cut,
            is_cut: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            to_server: AtomicU64::new(0),
            to_client: AtomicU64::new(0),
            commits: AtomicU64::new(0),
        });
        let (own, server) = (Arc::clone(&shared), server.to_owned());
        thread::spawn(move || own.accept(&listener, &server));
        Ok(Self { port, shared })
    }

    /// The URL that leads this way.
    pub(super) fn url(&self, url: &str) -> Result<String, String> {
        let server = server_of(url)?;
        Ok(url.replacen(server, &format!("127.0.0.1:{}", self.port), 1))
    }

    /// How many bytes went to the server, and to the client, and how many COMMITs were seen.
    pub(super) fn passed(&self) -> (u64, u64, u64) {
        let Shared { to_server, to_client, commits, .. } = &*self.shared;
        let now = |count: &AtomicU64| count.load(Ordering::SeqCst);
        (now(to_server), now(to_client), now(commits))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
    }
}

/// The host and the port in a URL.
pub(super) fn server_of(url: &str) -> Result<&str, String> {
    let rest = url.split_once("://").map(|(_, rest)| rest).and_then(|rest| rest.split('/').next());
    let server =
        rest.and_then(|authority| authority.rsplit('@').next()).filter(|server| server.contains(':'));
    server.ok_or_else(|| "the URL names no port".to_owned())
}

impl Shared {
    fn accept(self: Arc<Self>, listener: &TcpListener, server: &str) {
        while !self.is_over.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((client, _)) => self.join(client, server),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(Duration::from_millis(2));
                }
                Err(_) => break,
            }
        }
    }

    fn join(self: &Arc<Self>, client: TcpStream, server: &str) {
        let Ok(server) = TcpStream::connect(server) else { return };
        let is_ready = client.set_nonblocking(false).is_ok() && server.set_nodelay(true).is_ok();
        let (Ok(from_client), Ok(to_server), true) = (client.try_clone(), server.try_clone(), is_ready)
        else {
            return;
        };
        let (questions, answers) = (Arc::clone(self), Arc::clone(self));
        thread::spawn(move || questions.pass(from_client, to_server, true));
        thread::spawn(move || answers.pass(server, client, false));
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, is_question: bool) {
        let mut buffer = [0; 8192];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let bytes = &buffer[..read];
            let length = u64::try_from(read).unwrap_or(u64::MAX);
            let counter = if is_question { &self.to_server } else { &self.to_client };
            let before = counter.fetch_add(length, Ordering::SeqCst);
            let limit = match (self.cut, is_question) {
                (Cut::ToServer(limit), true) | (Cut::ToClient(limit), false) => Some(limit),
                (Cut::ToServer(_), false)
                | (Cut::ToClient(_), true)
                | (Cut::Never | Cut::AnswerToCommit(_), _) => None,
            };
            if let Some(limit) = limit.filter(|limit| before + length >= *limit)
                && !self.is_cut.swap(true, Ordering::SeqCst)
            {
                let kept = usize::try_from(limit.saturating_sub(before)).unwrap_or(read).min(read);
                let _ = to.write_all(&bytes[..kept]);
                break;
            }
            if is_question && bytes.windows(6).any(|part| part == b"COMMIT") {
                let number = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
                if self.cut == Cut::AnswerToCommit(number) && !self.is_cut.swap(true, Ordering::SeqCst) {
                    let _ = to.write_all(bytes);
                    let _ = from.shutdown(Shutdown::Both);
                    // The server is to read the question before it sees that nobody waits for an answer.
                    let _ = to.shutdown(Shutdown::Write);
                    return;
                }
            }
            if to.write_all(bytes).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
