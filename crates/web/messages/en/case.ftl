# A case: what was said, what happened, what can be done.

case-title = { $author } on { $network }, case { $number }
case-number = Case { $number }
case-back = Back to the list
case-on = on
case-priority = Priority
case-talk = Conversation and history
case-about = About this case
case-cut = The conversation began earlier; the newest posts are shown.

# Where it stands
case-state-open = open
case-state-waiting = waits for the author
case-state-waiting-colleague = waits for a colleague
case-state-snoozed = sleeps until
case-outcome-solved-publicly = solved publicly
case-outcome-solved-privately = solved privately
case-outcome-thanked = thanked
case-outcome-no-answer = no answer

# Colleagues on the same case
case-is-reading = { $name } is reading
case-is-writing = { $name } is writing an answer
case-are-here =
    { $count ->
        [one] { $count } more is here
       *[other] { $count } more are here
    }
case-writes-too = { $name } is writing an answer too.
case-write-too =
    { $count ->
        [one] A colleague is writing an answer too.
       *[other] { $count } colleagues are writing answers too.
    }

# The cord
case-cord = Who has had this case
case-cord-desk = { $department } desk
case-cord-closed = Closed
case-cord-offered = offered to { $name }
case-cord-ends = ends { $when }
case-cord-ending = is ending
case-cord-more = { $count } more
# At the end of the cord: who is told when, if nothing happens before
case-cord-told = then { $name } is told

# Something was not done
case-not-done = Not done
case-changed = This case changed while you looked at it
case-faster = { $name } was faster, { $when }
case-typed-is-here = What you typed is still here. Look at what happened, and do it again if it still fits.
case-typed-too-late = It cannot be done any more. What you typed:
case-typed-refused = { $why } What you typed:
case-typed = What you typed

# An offer: "Offered to Sales: it takes another language. The offer ends in 20 min."
case-offer = Offered to { $name }
case-offer-why = : { $reason }. The offer ends
case-offer-accept = Accept
case-offer-accept-note = a word to them, if you like
case-offer-decline = Decline
case-offer-decline-why = Why you decline
case-offer-why-not = why not
case-offer-withdraw = Withdraw the offer
case-reason-not-ours = another department answers for this
case-reason-expertise = somebody else knows more about it
case-reason-language = it takes another language
case-reason-off-duty = my duty ends
case-reason-workload = I have more than I can do
case-reason-escalation = it is too grave for where it is
case-reason-other = something else, told in the note

# A post, a reply, a note
case-us = us
case-original = , the original in a new tab
case-our-reply = , our reply in a new tab
case-deleted = Deleted on its network
case-words-gone = . Its words are gone from here too.
case-edited = edited, version { $version }
case-media-picture = Picture
case-media-film = Film
case-media-sound = Sound
case-media-link = Link
case-media-not-described = not described
case-our-account = our account
case-reply-by = by { $name }
case-reply-leaves = Leaves
case-reply-queued = In the outbox
case-reply-sending = Handed to the network, whose answer is not known yet
case-reply-sent = Sent
case-reply-failed = Not sent
case-reply-withdrawn = Taken back before it left
case-reply-take-back = Take it back
case-reply-again = Send again
case-noted = noted, for colleagues only
case-question-asked = asks { $name }, beside the conversation
case-question-answered = answers
case-question-open = not answered yet; its time ends
case-question-withdrawn = taken back
case-question-unanswered = not answered in time
case-question-answer = Answer
case-question-answer-for = { $name } told you
case-question-go = Keep the answer
case-question-withdraw = Take the question back
case-question-link = The link for { $name }, who needs no account

# What happened, after the name of who did it.
case-events = What happened
case-event-opened = opened it for { $department }
case-event-came-back = saw our own words come back from the network
case-event-wrote-again = wrote again
case-event-claimed = took it
case-event-assigned = gave it to { $name }
case-event-released = gave it back to the desk
case-event-offered = offered it to { $name }: { $reason }; the offer stands until
case-event-accepted = accepted it
case-event-declined = declined it
case-event-offer-ended = ended the offer
case-event-moved = moved it to the desk of { $department }
case-event-noted = noted
case-event-question-asked = asked { $name }
case-event-question-answered = answered a question
case-event-question-withdrawn = took a question back
case-event-tagged = tagged it { $tags }
case-event-untagged = took the tag { $tags } off
case-event-retagged = tagged it { $tags }, and took { $off } off
case-event-prioritised = set the priority to { $score }
case-event-recounted = counted the priority anew: { $score }
case-event-waiting = lets it wait for the author
case-event-waiting-colleague = lets it wait for a colleague
case-event-watched = lets { $name } follow it
case-event-unwatched = lets { $name } follow it no more
case-event-involved = involves { $department }
case-event-excused = excuses { $department }
case-event-assessed = read anew what is at stake
case-event-ping-pong = saw it go { $hops } times between { $one } and { $other }; both follow it now
case-event-clock-warned = warns: little time is left for the { $clock }
case-event-clock-breached = says that time ran out for the { $clock }
case-event-escalated = told { $name } that time ran out for the { $clock }
case-clock-first-response = first answer
case-clock-next-response = next answer
case-clock-resolution = end
case-clock-late = { $long } late
case-clock-stands = { $clock }: stands while somebody else has to act
# "First answer due 14:40."
case-clock-is-due = { $clock } due { $clock_time }.
case-clock-was-due = { $clock } was due { $age }.
case-event-snoozed = put it to sleep until
case-event-resumed = opened it again
case-event-closed = closed it: { $outcome }
case-event-reopened = reopened it
case-event-reply-queued = put a reply into the outbox
case-event-reply-sent = sent the reply
case-event-reply-failed = could not send the reply
case-event-reply-withdrawn = took the reply back before it left

# What can be done
case-acts = What to do with this case
case-act-claim = Claim
case-act-take-over = Take it over
case-act-reply = Reply
case-act-transfer = Transfer
case-act-snooze = Snooze
case-act-close = Close
case-act-reopen = Reopen
case-act-note = Note
case-act-question = Ask
case-act-more = More
case-act-wait = Wait for the author
case-act-wait-colleague = Wait for a colleague
case-act-resume = Go on with it now

case-transfer-to = To
case-transfer-choose = Choose a department or a person
case-transfer-choices = Departments and people
case-transfer-anybody = { $department }: whoever accepts first
case-transfer-head = { $name }, head
case-transfer-because = Because
case-transfer-note = What they have to know
case-transfer-watch = I go on following it
case-not-ours = Not our department
case-not-ours-whose = Whose is it
case-not-ours-go = Offer it
case-involve-to = Have another department follow it
case-involve-choose = Which one
case-involve-why = why it concerns them
case-involve-go = Involve
case-transfer-help = You keep it until somebody there accepts.
case-transfer-go = Offer it

case-snooze-hour = 1 hour
case-snooze-tonight = Tonight
case-snooze-tomorrow = Tomorrow
case-snooze-week = Next week
case-snooze-or-until = Or until
case-snooze-by-clock = (by the clock of { $zone })
case-snooze-go = Snooze
case-snooze-help = It wakes by itself, and at once when the author writes again.
# A moment to choose: "Mon 09:00"
case-snooze-moment = { $day } { $time }

case-close-how = How did it end
case-close-why = Why (needed where there is no answer)
case-close-go = Close the case
case-reopen-why = Why
case-reopen-go = Reopen the case
case-note-text = A note for colleagues; the author never sees it
case-note-help = Write @ and a name to tell somebody; they follow the case from then on.
case-note-go = Keep the note
case-question-to = Whom
case-question-choose = Choose who is asked
case-question-outside = Somebody outside, by mail
case-question-name = Their name
case-question-email = Their e-mail address
case-question-text = What you ask; the author never sees it
case-question-shows = They see the conversation, too; never notes
case-question-waits = The case waits for the answer
case-question-help = They are told at once, and answer here or by a link of their own without logging in.
case-question-ask = Ask

case-assign-to = Assign to
case-assign-nobody = Nobody else works at this desk.
case-assign-choose = Choose a colleague
case-assign-you = { $name }, you
case-assign-go = Assign
case-release-why = Give back to the desk, because
case-release-go = Give back
case-tag-tags = Tags, with commas between
case-tag-go = Tag
case-prioritise-score = Priority, 0 to 100
case-prioritise-why = Why
case-prioritise-why-hint = why
case-prioritise-go = Set

# The composer
case-compose = Reply
case-compose-from = From
case-compose-to = to
case-compose-account = { $account }, in trouble
# A post to choose: "Ana, 4 min ago: my kettle…"
case-compose-target = { $author }, { $when }: { $words }
case-compose-target-deleted = deleted
case-compose-text = Your reply
case-compose-hint = Write to { $name }
case-compose-then = Then it
case-compose-stays = stays open
case-compose-waits = waits for the author
case-compose-closes = is closed as solved publicly
case-compose-leaves = Leaves 10 s after you send it.
# "Ines Okafor answered this post 5 min ago. A second answer leaves because"
case-compose-answered = { $name } answered this post
case-compose-despite = . A second answer leaves because
case-compose-keep = Keep as draft
case-compose-send = Send
case-no-account = No account can answer here.
case-no-account-why = { $department } has none on { $network }.
case-no-account-add = Add one in the settings
case-no-account-ask = An administrator adds one in the settings.
# "Answers to Hacker News are written there."
case-elsewhere = This is answered where it was said.
case-elsewhere-then = Leave a note of what was said, and close the case with its outcome.
case-answer-on = Answer it on { $host }
case-length-over = { $count } too long,
case-length = { $length } of { $limit }
case-length-begins = begins with
case-length-saved = saved
# After it stand addresses, handles and tags.
case-clickable = can be clicked:
case-clickable-more = and { $count } more
case-draft-emptied = This draft was sent or emptied in another window. What stands here is kept with your next change.
case-draft-changed = This draft was changed in another window, where it says “{ $text }”. What stands here replaces it with your next change.

# Beside the conversation
case-author = Author
case-author-page = The author’s page
case-why-here = Why it is here
case-proposal = Past cases speak for { $department }, { $percent } % probable. The nearest:
case-proposal-none-near = Past cases speak for { $department }, { $percent } % probable.
case-proposal-case = case { $number }
case-proposal-example = an example
case-proposal-ask = Past cases would have it with { $department } ({ $percent } % probable).
case-proposal-go = Send it to { $department }
case-trace = Which rules looked at it
case-trace-fired = held:
case-trace-missed = did not hold:
case-trace-not-looked-at = was not looked at:
case-why-addressed = It is addressed to us.
case-why-search = Search
case-why-priority = Why this priority
case-parts = Parts of the priority
case-parts-sum = priority
case-stake = Who else should care
case-stake-high = (high: its departments follow the case)
case-interest-service = service
case-interest-sale = sale
case-interest-press = press
case-followers = Who follows it
case-followers-none = Nobody beside its owner.
case-watch = Follow
case-unwatch = Follow no more
case-excuse = Excuse
case-time = Time
case-time-by = Service level:
case-time-no-policy = No service level is about this case, so no clock runs.
case-hops = Who had it for how long
case-hops-who = Who
case-hops-had = had it
case-hops-counted = counted
case-hops-sum = in all
case-readings = How the newest was read
case-readings-sure = how sure, from 0 to 1
case-moments = Moments
case-moment-opened = opened
case-moment-answered = answered
case-owner = owner
case-closed-why = closed

case-event-undone = took something back
case-event-took-back = took back: { $deed }
case-take-back = Take back that you { $deed }
case-deed-unknown = what they had done
case-deed-noted = noted something
case-deed-snoozed = put it to sleep
case-deed-offered = offered it
case-taken-back = Taken back:
case-event-via-mail = by a link in a mail
case-event-via-push = by a button of a notification
