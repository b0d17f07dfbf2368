# What people are told.

notifications = Notifications
notifications-unread = { $count ->
    [0] Notifications, all read
    [one] Notifications, { $count } not read
   *[other] Notifications, { $count } not read
}
notifications-about = What happened to the cases that are yours, that you follow, or that wait for your department.
notifications-read-all = Mark all as read
notifications-read-one = Mark as read
notifications-new = New
notifications-all = All
notifications-only-unread = Not read
notifications-none = Nothing has happened
notifications-none-about = When a case is offered or assigned to you, when a note names you, or when something happens to a case that you follow, it stands here.
notifications-none-unread = You have read everything.
notifications-older = Older
notifications-settings = What you are told, and when
notifications-somebody = Somebody

notifications-line-changed = { $who } changed case { $case }
notifications-line-offered = Case { $case } is offered to { $department }
notifications-line-offer-ended = The offer of case { $case } to { $department } has ended
notifications-line-assigned = Case { $case } is yours now
notifications-line-returned = Case { $case } went back to the desk of { $department }
notifications-line-mentioned = { $who } named you in a note on case { $case }
notifications-line-question = { $who } asks you something about case { $case }
notifications-line-answer = { $who } answered your question about case { $case }
notifications-line-outreach = You are asked for a call or mail about case { $case }
notifications-line-outreach-came = { $who } says what became of a call or mail about case { $case }
notifications-line-outreach-due = Time runs out for a call or mail by a senior about case { $case }
notifications-line-clock-warned = Little time is left on case { $case }
notifications-line-clock-breached = Time ran out on case { $case }
notifications-line-escalated = Time ran out on case { $case }, and it is told to you
notifications-line-ping-pong = Case { $case } goes to and fro; two departments cannot agree on it
notifications-line-exposed = { $who } has had much abuse to read, last in case { $case }
notifications-line-shift-ends = Your shift ends soon, and cases are still yours
notifications-line-involved = { $department } has something at stake in case { $case }

notifications-storm-changed = { $count } changes to your cases with { $department }
notifications-storm-offered = { $count } cases were offered to { $department }
notifications-storm-offer-ended = { $count } offers to { $department } have ended
notifications-storm-assigned = { $count } cases were assigned to you
notifications-storm-returned = { $count } cases went back to the desk of { $department }
notifications-storm-mentioned = You were named in { $count } notes
notifications-storm-question = You were asked { $count } questions
notifications-storm-answer = { $count } of your questions were answered
notifications-storm-outreach = { $count } times a call or mail that you are asked for
notifications-storm-outreach-came = { $count } times what became of calls and mails
notifications-storm-outreach-due = Time runs out for { $count } calls and mails in { $department }
notifications-storm-clock-warned = Little time is left on { $count } cases of { $department }
notifications-storm-clock-breached = Time ran out on { $count } cases of { $department }
notifications-storm-escalated = Time ran out on { $count } cases, and it is told to you
notifications-storm-ping-pong = { $count } cases go to and fro
notifications-storm-exposed = { $count } people of { $department } have had much abuse to read
notifications-storm-involved = { $department } has something at stake in { $count } cases

notifications-by-author = The author
notifications-by-clock = The clock
notifications-by-rules = A rule
notifications-by-outbox = The outbox
notifications-by-guest = Somebody outside

notifications-kind-changed = Something else happens to a case that I own or follow
notifications-kind-offered = A case is offered to me or to my department
notifications-kind-offer-ended = What I offered is accepted, declined or comes back
notifications-kind-assigned = A case is assigned to me
notifications-kind-returned = A case of mine goes back to a desk
notifications-kind-mentioned = A note names me
notifications-kind-question = A colleague asks me something
notifications-kind-answer = What I asked is answered
notifications-kind-outreach = I am asked to call or write to an author
notifications-kind-outreach-came = What became of a call or mail by a senior, or one of mine is taken back
notifications-kind-outreach-due = The time for a call or mail by a senior runs out
notifications-kind-clock-warned = Little time is left
notifications-kind-clock-breached = Time ran out
notifications-kind-escalated = Time ran out, and it is told to me
notifications-kind-ping-pong = A case goes to and fro with another department
notifications-kind-exposed = Somebody whom I lead has had much abuse to read
notifications-kind-shift-ends = My shift ends soon, and cases are still mine
notifications-kind-involved = My department has something at stake in a case of another

notifications-kind = When
notifications-channel-page = On the pages
notifications-channel-mail = By mail
notifications-channel-chat = By chat
notifications-channel-push = In my browsers
notifications-pace-at-once = at once
notifications-pace-hourly = every hour
notifications-pace-daily = every day
notifications-pace-weekly = every week
notifications-pace-never = never
notifications-settings-about = You never hear of what you did yourself. What comes in great numbers within minutes is told as one.
notifications-quiet = Quiet hours
notifications-quiet-about = Nothing is sent to you between these times, by the clock of your time zone; it waits for their end. Leave both empty for none.
notifications-quiet-from = From
notifications-quiet-to = Until
notifications-digest = Gathered messages
notifications-digest-at = Leave at
notifications-digest-day = Every week on
notifications-saved = Saved.
notifications-bad-time = A time is two numbers with a colon, as 22:30.
