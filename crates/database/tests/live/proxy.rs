//! A way to the server that breaks at the worst moment.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Passes bytes on to `server` until a client says COMMIT: that still gets there, the answer does not.
/// Gives the port to connect to.
pub(crate) fn losing_the_answer_to_commit(server: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((client, _)) = listener.accept() {
            let server = TcpStream::connect(&server).unwrap();
            let is_cut = Arc::new(AtomicBool::new(false));
            let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let asked = Arc::clone(&is_cut);
            thread::spawn(move || pass_questions(from_client, to_server, &asked));
            thread::spawn(move || pass_answers(server, client, &is_cut));
        }
    });
    port
}

fn pass_questions(mut client: TcpStream, mut server: TcpStream, is_cut: &AtomicBool) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = client.read(&mut buffer) {
        let is_commit = buffer[..read].windows(7).any(|part| part == b"COMMIT\0");
        if is_commit {
            is_cut.store(true, Ordering::SeqCst);
        }
        if server.write_all(&buffer[..read]).is_err() {
            break;
        }
        if is_commit {
            client.shutdown(Shutdown::Both).unwrap();
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn pass_answers(mut server: TcpStream, mut client: TcpStream, is_cut: &AtomicBool) {
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        if !is_cut.load(Ordering::SeqCst) && client.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
}
