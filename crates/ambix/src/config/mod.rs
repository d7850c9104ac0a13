//! Configuration: `ambix.toml`, or the `metadata.ambix` table of a `Cargo.toml`.
//!
//! `Config::discover` finds and reads it; what it says is plain data. Whatever is wrong is told with file,
//! line and column, and no message ever holds the value of a variable or the URL of a database.

#[cfg(feature = "project")]
mod discover;
#[cfg(feature = "project")]
mod document;
#[cfg(feature = "project")]
mod environment;
#[cfg(feature = "project")]
mod error;
#[cfg(feature = "project")]
mod init;
#[cfg(feature = "project")]
mod interpolate;
#[cfg(feature = "project")]
mod keys;
#[cfg(feature = "project")]
mod nearest;
#[cfg(feature = "project")]
mod read;
mod settings;
#[cfg(test)]
#[cfg(feature = "project")]
mod tests;
#[cfg(feature = "project")]
mod values;

#[cfg(feature = "project")]
pub use environment::Environment;
#[cfg(feature = "project")]
pub use error::{ConfigError, ConfigErrorKind};
#[cfg(feature = "project")]
pub use init::{Template, init_template};
#[cfg(feature = "project")]
pub(crate) use init::{cargo_table, dialects};
#[cfg(feature = "project")]
pub use settings::ModelsConfig;
pub use settings::{
    Config, DataLoss, DatabaseConfig, Format, HazardsConfig, HookConfig, PartialNaming, PolicyConfig,
    RuleConfig,
};
