//! What a program that embeds ambix has at hand: a pool, or what one would connect with.
//!
//! A run needs a session whose settings it may pin, and on a server a second one that holds the lock; so
//! it opens its own, with what the pool connects with, and no session of the pool is touched.

use crate::error::DatabaseError;
use crate::url::Url;

/// What says where a database is and how to get in: a pool of sqlx, its connect options, or a URL.
pub trait Connect {
    /// The same as a URL.
    ///
    /// # Errors
    /// When it is a text and no URL.
    fn url(&self) -> Result<Url, DatabaseError>;
}

impl Connect for Url {
    fn url(&self) -> Result<Url, DatabaseError> {
        Ok(self.clone())
    }
}

impl Connect for str {
    fn url(&self) -> Result<Url, DatabaseError> {
        Url::parse(self)
    }
}

impl Connect for String {
    fn url(&self) -> Result<Url, DatabaseError> {
        Url::parse(self)
    }
}

#[cfg(feature = "postgres")]
mod of_postgres {
    use sqlx::postgres::{PgConnectOptions, PgPool};

    use super::Connect;
    use crate::drivers::postgres::Server;
    use crate::error::DatabaseError;
    use crate::url::{Target, Url};

    impl Connect for PgConnectOptions {
        fn url(&self) -> Result<Url, DatabaseError> {
            let (server, secrets) = Server::of(self.clone());
            Ok(Url::new(Target::Postgres(Box::new(server)), secrets))
        }
    }

    impl Connect for PgPool {
        fn url(&self) -> Result<Url, DatabaseError> {
            self.connect_options().url()
        }
    }
}

#[cfg(feature = "mysql")]
mod of_mysql {
    use sqlx::mysql::{MySqlConnectOptions, MySqlPool};

    use super::Connect;
    use crate::drivers::mysql::Server;
    use crate::error::DatabaseError;
    use crate::url::{Target, Url};

    impl Connect for MySqlConnectOptions {
        fn url(&self) -> Result<Url, DatabaseError> {
            let (server, secrets) = Server::of(self.clone());
            Ok(Url::new(Target::MySql(Box::new(server)), secrets))
        }
    }

    impl Connect for MySqlPool {
        fn url(&self) -> Result<Url, DatabaseError> {
            self.connect_options().url()
        }
    }
}

#[cfg(feature = "sqlite")]
mod of_sqlite {
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

    use super::Connect;
    use crate::drivers::sqlite::File;
    use crate::error::DatabaseError;
    use crate::secrets::Secrets;
    use crate::url::{Target, Url};

    impl Connect for SqliteConnectOptions {
        fn url(&self) -> Result<Url, DatabaseError> {
            Ok(Url::new(Target::Sqlite(File::of(self.clone())), Secrets::default()))
        }
    }

    impl Connect for SqlitePool {
        fn url(&self) -> Result<Url, DatabaseError> {
            self.connect_options().url()
        }
    }
}

#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod tests {
    use sqlx::mysql::MySqlConnectOptions;
    use sqlx::postgres::PgConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    #[test]
    fn options_are_shown_as_their_url_is_and_keep_the_password() {
        let text = "postgres://me:s3cr3t%2F@db.example:5433/app";
        let options: PgConnectOptions = text.parse().unwrap();
        let url = options.url().unwrap();
        assert_eq!(url.described(), Url::parse(text).unwrap().described());
        assert_eq!(url.secrets().scrub("s3cr3t/ s3cr3t%2F"), "*** ***");

        let text = "mysql://me:s3cr3t%2F@db.example:3307/app";
        let options: MySqlConnectOptions = text.parse().unwrap();
        let url = options.url().unwrap();
        assert_eq!(url.described(), Url::parse(text).unwrap().described());
        assert_eq!(url.secrets().scrub("s3cr3t/ s3cr3t%2F"), "*** ***");

        let options: SqliteConnectOptions = "sqlite:a%20b.db".parse().unwrap();
        assert_eq!(options.url().unwrap().described(), "SQLite file `a b.db`");
        let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
        assert_eq!(options.url().unwrap().described(), "SQLite in memory");
    }

    #[test]
    fn names_that_cannot_stand_in_a_url_are_taken_as_they_are() {
        let options = MySqlConnectOptions::new().username("a@b c").host("h#x").password("p").database("d/e");
        assert_eq!(options.url().unwrap().described(), "mysql database `d/e` on h#x:3306 as `a@b c`");
        let options = PgConnectOptions::new().username("a@b c").host("h#x").password("p").database("d/e");
        assert!(options.url().unwrap().described().starts_with("postgres database `d/e` on h#x:"));
    }
}
