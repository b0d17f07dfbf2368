//! What a user wants to be told, and when.

use switchboard_model::{Channel, NotificationKind, NotificationSettings, Pace};

use super::{NotificationError, reader};
use crate::App;
use crate::rights::Actor;

impl App {
    /// What the actor wants to be told.
    pub async fn notification_settings(&self, actor: &Actor) -> Result<NotificationSettings, NotificationError> {
        let user = reader(actor)?;
        Ok(self.store.notification_settings(user).await?.unwrap_or_default())
    }

    /// Replaces what the actor wants to be told. What is on its way already leaves as it was to.
    pub async fn set_notification_settings(
        &self,
        actor: &Actor,
        settings: NotificationSettings,
    ) -> Result<NotificationSettings, NotificationError> {
        let user = reader(actor)?;
        let settings = checked(settings)?;
        self.store.set_notification_settings(user, &settings).await?;
        Ok(settings)
    }
}

/// Keeps only what is not as usual, so that what is usual may change.
fn checked(mut settings: NotificationSettings) -> Result<NotificationSettings, NotificationError> {
    const DAY: u16 = 24 * 60;
    if settings.digest_at >= DAY {
        return Err(NotificationError::bad("digest_at", "a minute of the day is a number from 0 to 1439"));
    }
    if !(1..=7).contains(&settings.digest_day) {
        return Err(NotificationError::bad("digest_day", "a day is a number from 1 (Monday) to 7 (Sunday)"));
    }
    if settings.quiet.is_some_and(|quiet| quiet.from >= DAY || quiet.to >= DAY) {
        return Err(NotificationError::bad("quiet", "quiet hours begin and end at a minute of the day, 0 to 1439"));
    }
    // Hours without a length would be none or all; nobody can tell which was meant.
    if settings.quiet.is_some_and(|quiet| quiet.from == quiet.to) {
        return Err(NotificationError::bad(
            "quiet",
            "quiet hours end at another time than they begin; leave both empty for none",
        ));
    }
    for (kind, paces) in &mut settings.paces {
        for (channel, pace) in paces.iter() {
            let fits = *channel != Channel::Page || matches!(pace, Pace::AtOnce | Pace::Never);
            if !fits {
                let message = format!("'{}' on the pages is at_once or never", kind.as_str());
                return Err(NotificationError::bad("paces", message));
            }
        }
        paces.retain(|channel, pace| NotificationSettings::usual(*kind, *channel) != *pace);
    }
    settings.paces.retain(|_: &NotificationKind, paces| !paces.is_empty());
    Ok(settings)
}
