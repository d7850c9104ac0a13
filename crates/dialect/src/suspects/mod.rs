//! Suspects: expressions that still differ after normalisation, so that only a server can tell whether they
//! say the same.
//!
//! Everything here is text in and text out. [`suspects`] finds them among the changes of a comparison, a
//! dialect writes what its server is asked, somebody with a connection asks it, and [`verdicts`] judges the
//! answers. Nothing that is asked evaluates an expression, and nothing that it makes stays.

mod place;
mod slots;

use ambix_schema::{Address, Change, ColumnDefault, Facet, Kind, Name, Object, Schema, TableName, Type};

use crate::{Canonical, Dialect};
pub(crate) use place::stays_in_its_place;
use slots::{slots, with_texts_of};

/// Two objects that differ in nothing but the texts of expressions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspect {
    /// Where the first one is; another place than the second's when a convention named one of them.
    pub from_at: Address,
    /// Where the second one is.
    pub at: Address,
    /// The first.
    pub from: Object,
    /// The second.
    pub to: Object,
    /// What is asked about them.
    questions: Vec<Question>,
}

/// Two texts in one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The facet that they are of.
    pub facet: Facet,
    /// What stands there.
    pub role: Role,
    /// The table whose columns they may name, with the columns as they become.
    pub shape: Shape,
    /// The two texts: from, to.
    pub texts: [String; 2],
}

/// What an expression is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// The default of a column of a type: it takes the type, and names no columns.
    Default(Type),
    /// A condition or a value over the columns of a table.
    Value,
    /// A whole query.
    Query,
}

/// The columns that an expression may name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// The table's name, which an expression may say before a column's.
    pub table: Name,
    /// The columns.
    pub columns: Vec<(Name, Type)>,
}

/// What a server is asked: two utterances a question, the first text's and the second's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inquiry {
    /// One script that leaves nothing behind. Its rows: the number of the utterance, what the server prints
    /// for it, or the server's code and message.
    Together(String),
    /// Statements for each utterance; the last one's first row ends in what the server prints.
    Apart(Vec<Utterance>),
}

/// One utterance where a server takes them one by one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Utterance {
    /// What is run, in order; the last one answers.
    pub ask: Vec<String>,
    /// What is run afterwards, whether or not the server answered.
    pub clean: Vec<String>,
}

/// How the server of a dialect is asked about expressions.
pub trait Asking {
    /// Whether the server can be asked about an expression in this place; where not, the texts decide.
    fn takes(&self, role: &Role) -> bool;

    /// A default of a type as SQL; `None` when it cannot be written.
    fn default_text(&self, default: &ColumnDefault, ty: &Type) -> Option<String>;

    /// Whether two literals that differ in the spelling of the dialect are two values of a type for sure.
    fn tells_literals_apart(&self, ty: &Type) -> bool;

    /// What the server is asked. The sides are the schemas compared, for what an expression may name.
    fn inquiry(&self, questions: &[Question], from: &Schema, to: &Schema) -> Inquiry;

    /// Whether a server refuses with this code what names something that it does not have.
    fn is_lacking(&self, code: &str) -> bool;

    /// Whether two values that a server prints otherwise are the same all the same.
    fn is_same(&self, role: &Role, from: &str, to: &str) -> bool;

    /// What the server said, taken out of what it printed around it.
    fn printed<'a>(&self, role: &Role, answer: &'a str) -> &'a str;
}

/// What a server says to one utterance.
pub type Answer = Result<String, Refusal>;

/// A server's no.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Refusal {
    /// Its code.
    pub code: Option<String>,
    /// Its words.
    pub message: String,
}

/// What is known in the end of one facet of a suspect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The server prints one text for both.
    Same,
    /// The server prints two texts, or takes the one and has no place for the other yet.
    Different,
    /// The server would not say.
    Unexplained(String),
}

/// The suspects among the changes that a comparison found. None where the dialect's server keeps the text.
pub fn suspects(changes: &[Change], from: &Canonical, to: &Canonical, dialect: &dyn Dialect) -> Vec<Suspect> {
    let Some(asking) = dialect.asking() else { return Vec::new() };
    let sides = Sides { from: from.schema(), to: to.schema(), asking };
    let altered = changes.iter().filter_map(|change| match change {
        Change::Alter { at, from, to, .. } => sides.suspect(at, at, from, to, false),
        Change::Create { at, object } => sides.twin(at, object, changes),
        Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => None,
    });
    altered.collect()
}

struct Sides<'a> {
    from: &'a Schema,
    to: &'a Schema,
    asking: &'a dyn Asking,
}

impl Sides<'_> {
    fn suspect(
        &self,
        from_at: &Address,
        at: &Address,
        from: &Object,
        to: &Object,
        is_whole: bool,
    ) -> Option<Suspect> {
        let facets = from.differing(to);
        let mut questions = Vec::new();
        for facet in &facets {
            let only_texts = !with_texts_of(to, from, *facet).differing(from).contains(facet);
            if only_texts && !self.are_two_values(from, to, *facet) {
                questions.extend(self.questions(at, from, to, *facet));
            } else if is_whole {
                return None;
            }
        }
        let (from, to) = (from.clone(), to.clone());
        let suspect = Suspect { from_at: from_at.clone(), at: at.clone(), from, to, questions };
        (!suspect.questions.is_empty()).then_some(suspect)
    }

    /// The one that goes while this one comes, where a convention named one of them: it may be the same one.
    fn twin(&self, at: &Address, object: &Object, changes: &[Change]) -> Option<Suspect> {
        if !at.kind.is_constraint() && at.kind != Kind::Index {
            return None;
        }
        changes.iter().find_map(|change| {
            let Change::Drop { at: from_at, object: from } = change else { return None };
            let may_be_one = from_at.kind == at.kind
                && from_at.table_name() == at.table_name()
                && (self.to.is_implied(at, Facet::Name) || self.from.is_implied(from_at, Facet::Name));
            may_be_one.then(|| self.suspect(from_at, at, from, object, true))?
        })
    }

    fn questions(&self, at: &Address, from: &Object, to: &Object, facet: Facet) -> Vec<Question> {
        // The columns of a materialized view are known to its server alone, and so the texts decide.
        let is_on_view =
            at.table_name().is_some_and(|table| self.to.contains(&Address::of(Kind::View, table)));
        if is_on_view {
            return Vec::new();
        }
        let sides = (slots(from, facet, self.asking), slots(to, facet, self.asking));
        let (Some(before), Some(after)) = sides else { return Vec::new() };
        let shape = self.shape(at, to);
        before
            .into_iter()
            .zip(after)
            .filter(|(before, after)| before.text != after.text && self.asking.takes(&after.role))
            .map(|(before, after)| Question {
                facet,
                role: after.role,
                shape: shape.clone(),
                texts: [before.text, after.text],
            })
            .collect()
    }

    /// Whether two defaults are literals that no server has to be asked about.
    fn are_two_values(&self, from: &Object, to: &Object, facet: Facet) -> bool {
        let (from, to, ty) = match (from, to) {
            (Object::Column(from), Object::Column(to)) => (&from.default, &to.default, &to.ty),
            (Object::Domain(from), Object::Domain(to)) => (&from.default, &to.default, &to.ty),
            (_, _) => return false,
        };
        let is_literal = |default: &Option<ColumnDefault>| matches!(default, Some(ColumnDefault::Literal(_)));
        let are_literals = is_literal(from) && is_literal(to);
        facet == Facet::Default && are_literals && self.asking.tells_literals_apart(ty)
    }

    fn shape(&self, at: &Address, object: &Object) -> Shape {
        if let Object::Domain(domain) = object {
            return Shape { table: at.name.clone(), columns: vec![("value".into(), domain.ty.clone())] };
        }
        let table = at.table_name().unwrap_or_else(|| TableName::new(at.name.clone()));
        let columns = self.to.columns(&table);
        let columns = columns.into_iter().map(|(name, column)| (name.clone(), column.ty.clone())).collect();
        Shape { table: table.name, columns }
    }
}

/// The questions of all suspects, in the order in which the server is to be asked.
pub fn questions(suspects: &[Suspect]) -> Vec<Question> {
    suspects.iter().flat_map(|suspect| suspect.questions.iter().cloned()).collect()
}

/// What the answers come to: for each suspect, the facets that were asked about. `answers` holds two for
/// each question, in order; one that is missing counts as refused.
pub fn verdicts(
    suspects: &[Suspect],
    answers: &[Answer],
    to: &Canonical,
    dialect: &dyn Dialect,
) -> Vec<Vec<(Facet, Verdict)>> {
    let missing = Err(Refusal { code: None, message: "the server gave no answer".into() });
    let mut answers = answers.iter();
    let mut next = || answers.next().unwrap_or(&missing);
    suspects
        .iter()
        .map(|suspect| {
            let mut found: Vec<(Facet, Verdict)> = Vec::new();
            for question in &suspect.questions {
                let (from, to_answer) = (next(), next());
                let verdict = judge(suspect, question, from, to_answer, to, dialect);
                match found.iter_mut().find(|(facet, _)| *facet == question.facet) {
                    Some((_, known)) => *known = worse(known.clone(), verdict),
                    None => found.push((question.facet, verdict)),
                }
            }
            found
        })
        .collect()
}

/// One difference makes two objects different, whatever else is not known of them.
fn worse(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Different, _) | (_, Verdict::Different) => Verdict::Different,
        (Verdict::Unexplained(reason), _) | (_, Verdict::Unexplained(reason)) => Verdict::Unexplained(reason),
        (Verdict::Same, Verdict::Same) => Verdict::Same,
    }
}

fn judge(
    suspect: &Suspect,
    question: &Question,
    from: &Answer,
    to: &Answer,
    whole: &Canonical,
    dialect: &dyn Dialect,
) -> Verdict {
    let is_lacking = |refusal: &Refusal| match (&refusal.code, dialect.asking()) {
        (Some(code), Some(asking)) => asking.is_lacking(code),
        (None, _) | (_, None) => false,
    };
    match (from, to) {
        (Ok(from), Ok(to)) => {
            let spelled = |printed: &str| spelled(suspect, question, printed, whole, dialect);
            let is_same = dialect.asking().is_some_and(|asking| {
                let printed = |answer| asking.printed(&question.role, answer);
                asking.is_same(&question.role, printed(from), printed(to))
            });
            if from == to || spelled(from) == spelled(to) || is_same {
                Verdict::Same
            } else {
                Verdict::Different
            }
        }
        // One server takes every spelling of what it takes at all. So where it takes one text, and the other
        // names what it does not have, the two say different things.
        (Err(refusal), Ok(_)) | (Ok(_), Err(refusal)) if is_lacking(refusal) => Verdict::Different,
        (Err(refusal), Ok(_)) | (_, Err(refusal)) => {
            Verdict::Unexplained(ambix_schema::escape(&refusal.message))
        }
    }
}

/// What the server printed, once more in the spelling of the dialect.
fn spelled(
    suspect: &Suspect,
    question: &Question,
    printed: &str,
    whole: &Canonical,
    dialect: &dyn Dialect,
) -> Option<Object> {
    let printed = dialect.asking()?.printed(&question.role, printed);
    let object = slots::with_text(&suspect.to, question.facet, printed);
    dialect.canonical(&suspect.at, object, whole.schema())
}
