//! A part of the specification: some rules, or the statements of some documents.

use super::{Part, RuleEntry, Spec, StatementEntry, names};

impl Spec {
    /// Keeps the rule with this id. If there is none, keeps the rules whose ids start with it. Their statements and
    /// sources stay too.
    #[must_use]
    pub fn select(mut self, wanted: &str) -> Self {
        let exact = self.rules.iter().any(|rule| rule.id == wanted);
        self.rules.retain(|rule| if exact { rule.id == wanted } else { rule.id.starts_with(wanted) });
        let ids: Vec<String> = self.rules.iter().map(|rule| rule.id.clone()).collect();
        self.retain_statements(|statement| statement.rules.iter().any(|rule| ids.contains(rule)));
        self.retain_sources();
        self.part = Part::Rules;
        self
    }

    /// Keeps the statements of this document, and the rules that check them. Keeps nothing if there is no such
    /// document.
    #[must_use]
    pub fn of_document(mut self, id: &str) -> Self {
        self.documents.retain(|document| document.id == id);
        self.retain_stated_rules();
        self.part = Part::Statements;
        self
    }

    /// Keeps the statements that no rule checks.
    #[must_use]
    pub fn untested(mut self) -> Self {
        self.retain_statements(|statement| statement.untested.is_some());
        self.retain_stated_rules();
        self.part = Part::Statements;
        self
    }

    fn retain_statements(&mut self, keep: impl Fn(&StatementEntry) -> bool) {
        for document in &mut self.documents {
            document.statements.retain(&keep);
        }
        self.documents.retain(|document| !document.statements.is_empty());
    }

    /// Keeps the rules that a statement names.
    fn retain_stated_rules(&mut self) {
        let statements: Vec<&StatementEntry> = self.documents.iter().flat_map(|document| &document.statements).collect();
        self.rules.retain(|rule: &RuleEntry| statements.iter().any(|statement| statement.rules.contains(&rule.id)));
        self.retain_sources();
    }

    /// Keeps the pages and observations that a rule is based on.
    fn retain_sources(&mut self) {
        let sources: Vec<&String> = self.rules.iter().flat_map(|rule| &rule.sources).collect();
        self.references.retain(|page| sources.iter().any(|source| names(source, &format!("reference:{}", page.id))));
        self.observations.retain(|seen| sources.iter().any(|source| names(source, &format!("observed, {}", seen.id))));
    }
}
