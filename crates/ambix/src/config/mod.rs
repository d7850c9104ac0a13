//! Configuration: `ambix.toml`, or the `metadata.ambix` table of a `Cargo.toml`.
//!
//! [`Config::discover`] finds and reads it; what it says is plain data. Whatever is wrong is told with file,
//! line and column, and no message ever holds the value of a variable or the URL of a database.

mod discover;
mod document;
mod environment;
mod error;
mod init;
mod interpolate;
mod keys;
mod nearest;
mod read;
mod settings;
#[cfg(test)]
mod tests;
mod values;

pub use environment::Environment;
pub use error::{ConfigError, ConfigErrorKind};
pub(crate) use init::dialects;
pub use init::init_template;
pub use settings::{
    Config, DataLoss, DatabaseConfig, Format, HazardsConfig, HookConfig, ModelsConfig, PartialNaming,
    PolicyConfig, RuleConfig,
};
