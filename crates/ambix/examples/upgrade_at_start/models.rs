//! What the revisions lead to, as structs.

/// Somebody looked at a page.
#[derive(Debug, ambix::Entity)]
#[ambix(table = "visits")]
pub struct Visit {
    /// Its number.
    #[ambix(primary_key, auto_increment)]
    pub id: i64,
    /// Which page.
    #[ambix(length = 200)]
    pub page: String,
    /// Who.
    #[ambix(length = 100, default = "somebody", index(name = "ix_visits_visitor"))]
    pub visitor: String,
}
