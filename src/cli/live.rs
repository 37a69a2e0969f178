//! Shows on standard error how far a run has come.

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::run::Progress;

/// How often the line on a terminal is redrawn.
const REDRAWN: Duration = Duration::from_millis(100);
/// How often a line is printed if standard error is not a terminal.
const SAID: Duration = Duration::from_secs(10);

/// Shows progress. On a terminal, it redraws one line. Elsewhere it prints a line now and then, so that nobody thinks
/// that a long run hangs.
pub struct Live {
    manner: Manner,
    started: Instant,
    last: RefCell<Option<Instant>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Silent,
    Terminal,
    Lines,
}

impl Live {
    pub fn new(quiet: bool) -> Self {
        let manner = match quiet {
            true => Manner::Silent,
            false if std::io::stderr().is_terminal() => Manner::Terminal,
            false => Manner::Lines,
        };
        Self { manner, started: Instant::now(), last: RefCell::new((manner == Manner::Lines).then(Instant::now)) }
    }

    pub fn show(&self, progress: Progress) {
        let interval = match self.manner {
            Manner::Silent => return,
            Manner::Terminal => REDRAWN,
            Manner::Lines => SAID,
        };
        if self.last.borrow().is_some_and(|last| last.elapsed() < interval) {
            return;
        }
        self.last.replace(Some(Instant::now()));
        let text = line(progress, self.started.elapsed());
        // If standard error is closed, only the progress is lost.
        let _ = match self.manner {
            Manner::Terminal => write!(std::io::stderr(), "\r\x1b[K{text}"),
            _ => writeln!(std::io::stderr(), "{text}"),
        };
    }

    /// Removes the line from a terminal.
    pub fn clear(&self) {
        if self.manner == Manner::Terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// Shows how far a run has come after `elapsed`, how fast it is, and how long the rest takes at this speed.
fn line(Progress { done, all, failed }: Progress, elapsed: Duration) -> String {
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    let seconds = elapsed.as_secs_f64();
    // The first cases tell little about the speed.
    let speed = if seconds >= 1.0 && done > 0 {
        let count = |cases: usize| f64::from(u32::try_from(cases).unwrap_or(u32::MAX));
        let rate = count(done) / seconds;
        let left =
            humantime::format_duration(Duration::from_secs(elapsed.mul_f64(count(all.saturating_sub(done)) / count(done)).as_secs()));
        let rate = if rate < 1.0 { format!("{:.0} a minute", rate * 60.0) } else { format!("{rate:.0} a second") };
        format!(", {rate}, about {left} left")
    } else {
        String::new()
    };
    format!("{done} of {all} cases{failed}{speed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_how_long_the_rest_takes() {
        let of = |done, failed, seconds| line(Progress { done, all: 1800, failed }, Duration::from_secs_f64(seconds));
        assert_eq!(of(0, 0, 0.0), "0 of 1800 cases");
        assert_eq!(of(40, 1, 0.2), "40 of 1800 cases, 1 failed");
        assert_eq!(of(600, 0, 20.0), "600 of 1800 cases, 30 a second, about 40s left");
        assert_eq!(of(30, 0, 60.0), "30 of 1800 cases, 30 a minute, about 59m left");
        assert_eq!(of(1800, 2, 60.0), "1800 of 1800 cases, 2 failed, 30 a second, about 0s left");
    }
}
