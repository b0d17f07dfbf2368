//! How a command ends: the exit statuses that scripts rely on.

use std::fmt::Display;

use switchboard_app::AppError;
use switchboard_app::access::AccessError;
use switchboard_app::answer::AnswerError;
use switchboard_app::cases::CaseError;
use switchboard_app::directory::DirectoryError;
use switchboard_app::find::FindError;
use switchboard_app::notifications::NotificationError;
use switchboard_app::packs::PackError;
use switchboard_app::routing::RuleError;
use switchboard_app::searches::SearchError;
use switchboard_app::sources::SourceError;
use switchboard_store::StoreError;

/// A command that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// 0: done.
    Done,
    /// 1: done, with some input rejected (each named on standard error).
    SomeRejected,
    /// 3: looked, and the installation is damaged.
    Damaged,
}

impl Status {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRejected => 1,
            Self::Damaged => 3,
        }
    }

    /// Done, or done with rejections.
    pub(crate) fn of_rejected(rejected: u64) -> Self {
        if rejected == 0 { Self::Done } else { Self::SomeRejected }
    }
}

/// A command that could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 2: unusable arguments or configuration.
    Usage(anyhow::Error),
    /// 3: the installation is unavailable or damaged.
    Unavailable(anyhow::Error),
    /// Whoever reads our output has gone: nothing is left to say, and nothing went wrong.
    ReaderGone,
}

impl Failure {
    /// Unusable arguments or configuration, said by a plain sentence.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::Usage(anyhow::anyhow!("{message}"))
    }

    /// The installation cannot be used, said by a plain sentence.
    pub(crate) fn unavailable(message: impl Display) -> Self {
        Self::Unavailable(anyhow::anyhow!("{message}"))
    }

    /// What writing to standard output can fail with.
    pub(crate) fn output(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::unavailable(format_args!("standard output cannot be written: {error}"))
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Unavailable(_) => 3,
            Self::ReaderGone => 0,
        }
    }

    pub(crate) fn print(&self) {
        match self {
            Self::Usage(error) | Self::Unavailable(error) => eprintln!("{error:#}"),
            Self::ReaderGone => {}
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<NotificationError> for Failure {
    fn from(error: NotificationError) -> Self {
        match error {
            NotificationError::App(error) => error.into(),
            refusal => Self::usage(refusal),
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        match error {
            FindError::App(error) => error.into(),
            FindError::BadQuery(error) => Self::usage(error),
        }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<PackError> for Failure {
    fn from(error: PackError) -> Self {
        match error {
            PackError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}

impl From<RuleError> for Failure {
    fn from(error: RuleError) -> Self {
        match error {
            RuleError::App(error) => error.into(),
            refusal => Self::Usage(refusal.into()),
        }
    }
}
