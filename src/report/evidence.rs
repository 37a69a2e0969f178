//! Counts how many requirements the five documents state, and how many rest on other evidence.

use serde::Serialize;

use crate::api::{Basis, Severity};

use super::Report;

/// What the rules of a specification are based on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Requirements that one of the five documents states.
    pub stated: usize,
    /// Requirements that are based on other reference pages, or on observations of the live service.
    pub elsewhere: usize,
    /// Advisory rules, which are no requirements.
    pub advisory: usize,
}

impl Evidence {
    /// Counts rules by severity and basis.
    pub fn of(rules: impl IntoIterator<Item = (Severity, Basis)>) -> Self {
        let mut counts = Self::default();
        for rule in rules {
            match rule {
                (Severity::Advisory, _) => counts.advisory += 1,
                (Severity::Must, Basis::Stated) => counts.stated += 1,
                (Severity::Must, Basis::Reference | Basis::Observed) => counts.elsewhere += 1,
            }
        }
        counts
    }

    /// Counts the rules of a report.
    pub fn of_report(report: &Report) -> Self {
        Self::of(report.rules.iter().map(|rule| (rule.severity, rule.basis)))
    }
}

impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stated, elsewhere, advisory } = self;
        let requirements = stated + elsewhere;
        write!(
            f,
            "The five documents state {stated} of {requirements} requirements; {elsewhere} rest on other evidence. Advisory rules: {advisory}."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisory_rules_are_no_requirements() {
        let evidence = Evidence::of([
            (Severity::Must, Basis::Stated),
            (Severity::Must, Basis::Reference),
            (Severity::Must, Basis::Observed),
            (Severity::Advisory, Basis::Stated),
        ]);
        assert_eq!(evidence.to_string(), "The five documents state 1 of 3 requirements; 2 rest on other evidence. Advisory rules: 1.");
    }
}
