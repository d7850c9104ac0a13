//! Asking the server what two expressions are in its own words, without leaving a trace.

use ambix_dialect::{Answer, Inquiry, Question, Refusal, Utterance};
use ambix_schema::Schema;

use crate::database::Database;
use crate::drivers::Rows;
use crate::error::{DatabaseError, DatabaseErrorKind, Doing};

impl Database {
    /// The server's answers to the questions: two for each, in order. Nothing is evaluated, and what is made
    /// for asking is gone afterwards, also from a session that otherwise only reads.
    ///
    /// # Errors
    /// When the connection is lost. A server that refuses is an answer.
    pub async fn ask(
        &mut self,
        questions: &[Question],
        from: &Schema,
        to: &Schema,
    ) -> Result<Vec<Answer>, DatabaseError> {
        let Some(inquiry) = self.dialect().asking().map(|asking| asking.inquiry(questions, from, to)) else {
            return Ok(Vec::new());
        };
        let doing = "ask the server what it makes of expressions";
        if self.is_in_transaction() {
            return Err(DatabaseErrorKind::Transaction("one is open already")).doing(doing);
        }
        let number = questions.len() * 2;
        match inquiry {
            Inquiry::Together(script) => self.ask_together(&script, number).await.doing(doing),
            Inquiry::Apart(utterances) => self.ask_apart(&utterances).await.doing(doing),
        }
    }

    async fn ask_together(&mut self, script: &str, number: usize) -> Result<Vec<Answer>, DatabaseErrorKind> {
        let asked = self.session_mut().rows(script).await;
        match asked.map_err(refusal) {
            Ok(rows) => Ok(numbered(rows, number)),
            Err(Ok(refusal)) => {
                // The script stopped half-way, inside its transaction.
                self.session_mut().rows("ROLLBACK").await?;
                Ok(vec![Err(refusal); number])
            }
            Err(Err(lost)) => Err(lost),
        }
    }

    async fn ask_apart(&mut self, utterances: &[Utterance]) -> Result<Vec<Answer>, DatabaseErrorKind> {
        let mut answers = Vec::new();
        for utterance in utterances {
            let answer = self.ask_one(utterance).await;
            for sql in &utterance.clean {
                if let Err(Err(lost)) = self.session_mut().rows(sql).await.map_err(refusal) {
                    return Err(lost);
                }
            }
            answers.push(answer?);
        }
        Ok(answers)
    }

    async fn ask_one(&mut self, utterance: &Utterance) -> Result<Answer, DatabaseErrorKind> {
        let mut rows = Rows::new();
        for sql in &utterance.ask {
            match self.session_mut().rows(sql).await.map_err(refusal) {
                Ok(found) => rows = found,
                Err(Ok(refusal)) => return Ok(Err(refusal)),
                Err(Err(lost)) => return Err(lost),
            }
        }
        let printed = rows.into_iter().next().and_then(|row| row.into_iter().next_back()).flatten();
        Ok(printed.ok_or_else(|| Refusal { code: None, message: "the server could not be asked".into() }))
    }
}

/// The replies by their numbers; what has none was not asked.
fn numbered(rows: Rows, number: usize) -> Vec<Answer> {
    let silent = Refusal { code: None, message: "the text is not one expression".into() };
    let mut answers: Vec<Answer> = vec![Err(silent); number];
    for row in rows {
        let mut cells = row.into_iter();
        let place = cells.next().flatten().and_then(|number| number.parse::<usize>().ok());
        let (printed, code, message) =
            (cells.next().flatten(), cells.next().flatten(), cells.next().flatten());
        if let Some(answer) = place.and_then(|place| answers.get_mut(place)) {
            *answer = printed.ok_or_else(|| Refusal { code, message: message.unwrap_or_default() });
        }
    }
    answers
}

/// What a server said against a statement; an error when it was not the server that ended it.
fn refusal(error: DatabaseErrorKind) -> Result<Refusal, DatabaseErrorKind> {
    if let DatabaseErrorKind::Statement(failure)
    | DatabaseErrorKind::Cancelled(failure)
    | DatabaseErrorKind::ReadOnly(failure)
    | DatabaseErrorKind::LockTimeout { failure, .. } = &error
    {
        return Ok(Refusal { code: failure.code.clone(), message: failure.message.clone() });
    }
    Err(error)
}
