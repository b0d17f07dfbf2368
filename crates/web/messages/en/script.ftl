# What the scripts say. They get these names without `script-`, and choose between `-one`, `-other` and the other plural
# forms of a language by { $count }; so there is no choice inside of a message.

# How long ago, how far ahead, how long.
script-just-now = just now
script-in-a-moment = in a moment
script-ago-seconds-other = { $count } s ago
script-ago-minutes-other = { $count } min ago
script-ago-hours-other = { $count } h ago
script-ago-days-one = { $count } day ago
script-ago-days-other = { $count } days ago
script-in-seconds-other = in { $count } s
script-in-minutes-other = in { $count } min
script-in-hours-other = in { $count } h
script-in-days-one = in { $count } day
script-in-days-other = in { $count } days
script-long-seconds-other = { $count } s
script-long-minutes-other = { $count } min
script-long-hours-other = { $count } h
script-long-days-one = { $count } day
script-long-days-other = { $count } days
# How late a clock is: "21 min late"
script-late = { $time } late

# The list of mentions
script-live = Live
script-held = Live, held
script-lost = Connection lost, trying again
script-pause = Pause
script-go-on = Go on
script-new-other = { $count } new: show
script-new-many = Many new: show the newest

# The desk
script-lost-at = Connection lost at { $time }. You can go on reading what is here.
script-lost-writing = Connection lost at { $time }. You can go on reading and writing; your draft is kept in this browser.
script-again-other = Trying again in { $count } s.
script-try-now = Try now
script-not-sent = Not done: there is no connection. What you typed is still here.
script-ended = Your session ended.
script-log-in = Log in again
script-kept = You wrote this while the connection was lost:
script-put-back = Put it back
script-drop = Drop it
script-new-cases-one = { $count } new case: show
script-new-cases-other = { $count } new cases: show
script-marked-other = { $count } marked
script-left-other = { $count } left this list: tidy up
script-has-left = Has left this list.
script-changed = This case changed elsewhere
script-show = Show
script-not-saved = Not saved: the server did not answer. Your words are still here, and saved as soon as it does.
# "Not saved: your session ended. Log in in another tab; your words stay here and are saved then."
script-session-before = Not saved: your session ended.
script-session-link = Log in in another tab
script-session-after = ; your words stay here and are saved then.

# What was done, and taking it back
script-undo = Undo
script-again = Again
script-let-go = Let it go
script-not-done = Not done: the server did not answer. Nothing is lost.
script-taken-back = Taken back
script-done-claim = Taken
script-done-assign = Given
script-done-release = Given back to the desk
script-done-confirm = Sent where past cases would have it
script-done-transfer = Offered
script-done-accept = Accepted
script-done-decline = Declined
script-done-withdraw-offer = Offer ended
script-done-note = Noted
script-done-tag = Tagged
script-done-prioritise = Priority set
script-done-snooze = Put to sleep
script-done-wait = Waits for the author
script-done-wait-colleague = Waits for a colleague
script-done-question = Asked
script-done-answer-question = Answer noted
script-done-withdraw-question = Question taken back
script-done-watch = Followed
script-done-unwatch = Followed no more
script-done-involve = Involved
script-done-excuse = Excused
script-done-take-apart = Taken out again
script-done-resume = Open again
script-done-close = Closed
script-done-reopen = Reopened
script-done-undo = Taken back
script-leaves-other = Leaves in { $count } s

# Find or do
script-palette-do = Do
script-palette-go = Go to
script-palette-light = Light colours
script-palette-dark = Dark colours
script-palette-system = Colours as the device has them

# Mentions by the hour
script-volume-hours = Mentions hour by hour; the tables below have the same in numbers
script-volume-hour-one = { $time }: { $count } mention
script-volume-hour-other = { $time }: { $count } mentions
script-volume-look = The hours in view
script-volume-earlier = Earlier
script-volume-later = Later
script-volume-closer = Closer
script-volume-further = Further
script-volume-whole = Show all
script-volume-table = The hours in view as a table
script-volume-in-zone = Hour ({ $zone })
script-volume-mentions = Mentions
script-volume-too-many-other = The table has room for { $count } hours: look closer.

# Across a case
script-next-case = Next case

# The set-up
script-listen-to-none = Listen to none
script-listen-to-one = Listen to this one
script-listen-to-other = Listen to these { $count }

# Beside the name
script-unread-one = Notifications, { $count } not read
script-unread-other = Notifications, { $count } not read

# The directory
script-nobody-fits = Nobody here fits that
