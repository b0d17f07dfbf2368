# The desk: queues, the list of cases, its rows.

# Queues
desk-queues = Queues
desk-group-you = You
desk-group-desks = Desks
desk-group-views = Views
desk-group-set-aside = Set aside
desk-yours = Yours
desk-offered = Offered to you
desk-watched = Followed by you
desk-involved = Involving you
# In the line of a queue: "3 late"
desk-late = { $count } late
desk-unclaimed = { $department }, unclaimed
desk-all = All desks
desk-waiting = Waiting for authors
desk-asleep = Asleep
desk-closed = Closed

# The list
desk-cases = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
# Where not all of them were counted.
desk-cases-or-more = { $count }+ cases
desk-any-tag = any tag
desk-choose-state = , choose the state
desk-state-not-closed = Not closed
desk-state-open = Open
desk-state-waiting = Waiting
desk-state-asleep = Asleep
desk-state-closed = Closed
desk-to-the-top = Back to the top of the list
desk-further-down = Further down

# What is filtered, and the views that it is saved as
desk-filter = Filter
desk-filtered = Filtered
desk-filter-departments = Departments
desk-filter-owner = Owner
desk-filter-anybody = Anybody
desk-filter-me = You
desk-filter-nobody = Nobody: on a desk
desk-filter-state = State
desk-filter-network = Network
desk-filter-language = Language of the newest post
desk-filter-any-language = Any
desk-filter-tag = Tag
desk-filter-least = Least priority, 0 to 100
desk-filter-order = First
desk-filter-by-priority = Most urgent
desk-filter-by-newest = Newest
desk-filter-go = Show
desk-filter-nothing = Filter nothing
desk-view-name = Save as a view called
desk-view-shared = For everybody
desk-view-save = Save this view
desk-view-remove = Remove the view “{ $name }”

# An empty list. Each ends with a link and a full stop.
desk-yours-done = Nothing of yours is left
desk-yours-done-text = Other cases wait to be taken.
desk-all-done = All done
desk-all-done-text = No case is open on any desk.
desk-nothing = No case yet
desk-nothing-text = A mention becomes a case when it is addressed to you or reads as a question, a complaint, thanks, or a wish to buy or to work for you. Any other can be made one by hand.
desk-nothing-here = Nothing here
desk-nothing-here-text = No case is in this list at the moment.
desk-look-at-all = Look at all desks
desk-look-at-closed = Look at what was closed
desk-look-at-mentions = Look at the mentions

# A row
desk-row-owner = Owner: { $name }.
desk-row-unknown = unknown
desk-row-deleted = Deleted on its network
desk-row-offered-to-you = offered to you
desk-row-offered-to = offered to { $name }
desk-row-more-tags = more tags
desk-row-perhaps = perhaps { $signal }
desk-row-signs = Signs: { $signs }.

# Beside the list while no case is chosen
desk-the-case = The case
desk-choose = Choose a case from the list.
desk-hint-and = and
desk-hint-move = move,
desk-hint-opens = opens,
desk-hint-keys = shows all keys.

# The keys
desk-keys = Keys
desk-keys-move = next case, case before
desk-keys-open = open the case of the row
desk-keys-end = to the end of the list
desk-keys-filter = filter the list
desk-keys-new = show new cases
desk-keys-claim = claim
desk-keys-reply = reply
desk-keys-question = ask somebody
desk-keys-note = note
desk-keys-transfer = transfer
desk-keys-offered = accept, decline what is offered
desk-keys-not-ours = offer it to the department whose it is
desk-keys-follow = involve a department, follow
desk-keys-merge = merge with another case, make two of it
desk-keys-outreach = ask for a call by a senior
desk-keys-assign = assign
desk-keys-release = give back to the desk
desk-keys-confirm = send it where past cases would have it
desk-keys-snooze = snooze
desk-keys-wait = let it wait for the author, or go on
desk-keys-close = close, or reopen
desk-keys-tag = tag
desk-keys-priority = priority
desk-keys-undo = undo what was done last
desk-keys-send = send what is written
desk-keys-palette = find or do
desk-keys-leave = leave a field, close a form
desk-keys-list = this list
desk-keys-act = Turn single keys on or off
desk-keys-done = Close

# Many cases at once
desk-mark = Mark { $name }
desk-bulk = Many cases at once
desk-bulk-go = What to do with them
desk-bulk-marked-claim = Claim them
desk-bulk-all = Mark all that are here
desk-bulk-clear = Unmark all
desk-marking = Mark
desk-bulk-title =
    { $count ->
        [one] What to do with one case
       *[other] What to do with { $count } cases
    }
desk-bulk-which = These cases
desk-bulk-one = priority { $priority }, { $owner }
desk-bulk-changed = changed since you marked it
desk-bulk-each = Each is done by itself; one that cannot be done stops no other, and all of it can be taken back.
desk-bulk-owner = Who has them
desk-bulk-marks = Tags and priority
desk-bulk-add-tags = Add tags, with commas between
desk-bulk-remove-tags = Take off tags
desk-bulk-close = Close the cases
desk-bulk-done-title = What was done
desk-bulk-done =
    { $count ->
        [one] One case done.
       *[other] { $count } cases done.
    }
desk-bulk-unchanged =
    { $count ->
        [one] One needed nothing.
       *[other] { $count } needed nothing.
    }
desk-bulk-refused =
    { $count ->
        [one] One was not done:
       *[other] { $count } were not done:
    }
desk-bulk-undo = Take it back
desk-bulk-none = no case is marked; mark some in the list first
desk-bulk-unknown = the marked cases cannot be read; mark them again in the list
desk-bulk-who = choose the colleague who takes them
desk-bulk-whose = choose the department or the person who gets them
desk-bulk-score = the priority is a number from 0 to 100
desk-bulk-until = this moment has passed; choose another
desk-bulk-how = choose how they ended
desk-bulk-verb = there is nothing of that name to do with cases
desk-keys-mark = mark a case, act on those marked
