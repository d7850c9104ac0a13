//! `reset`: down to base and up again, where that may be done.

use crate::massacorp;

#[test]
fn reset_is_refused_outside_of_development() {
    let mut project = massacorp();
    project.ambix("upgrade head -q").done();
    project.sql("INSERT INTO tenants (name) VALUES ('first')");
    for words in ["reset", "reset --env production"] {
        project.edit(
            "ambix.toml",
            "[database]",
            "[env.production]\ndatabase.allow_reset = false\n[database]",
        );
        project
            .ambix(words)
            .exits(2)
            .prints_nothing()
            .says("error: could not reset: that takes every revision back")
            .says("help: in a development environment, set `allow_reset = true`");
        project.edit(
            "ambix.toml",
            "[env.production]\ndatabase.allow_reset = false\n[database]",
            "[database]",
        );
    }
    assert_eq!(project.rows("SELECT name FROM tenants"), ["first"]);
}

#[test]
fn reset_goes_down_to_base_and_up_again() {
    let mut project = massacorp();
    project.ambix("upgrade c4d5 -q").done();
    project.sql("INSERT INTO tenants (name) VALUES ('first')");
    project.edit("ambix.toml", "[database]", "[env.development]\ndatabase.allow_reset = true\n[database]");
    project
        .ambix("reset --env development")
        .done()
        .prints_lines(&["Took back 4 and ran 7; now at f6a7b8c9d0e1"])
        .says("Running downgrade abc123d4e5f6 -> <base>, create tenants and users")
        .says("Running upgrade <base> -> abc123d4e5f6, create tenants and users");
    assert_eq!(project.rows("SELECT count(*) FROM tenants"), ["0"]);
    let facts = project.ambix("reset --allow-reset --format json").done().json();
    assert_eq!(facts["taken_back"].as_array().unwrap().len(), 7);
    assert_eq!(facts["heads"], serde_json::json!(["f6a7b8c9d0e1"]));
    project.ambix("check").done();
}
