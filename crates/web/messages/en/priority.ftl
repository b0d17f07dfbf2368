# The formula by which priorities are counted.

priority = Priority
priority-about = How urgent a case is, from 0 to 100: these parts, and what rules add. A change counts from the next post on.
priority-usual = usual: { $points }
priority-rules = Rules
priority-rules-about = Each rule that holds adds what stands in it.
priority-rules-link = Keep the rules
priority-tags = Tags and their points
priority-tags-help = One to a line, like: vip 20. Tags are what rules, people and service levels know classes of customer by.
priority-try = See what it would change
priority-save = Save
priority-usual-fill = Fill in the usual points
priority-suggested-fill = Fill in points for waiting, fans and who was ignored
priority-filled-usual = These are the usual points. Nothing is saved yet.
priority-filled-suggested = These are the usual points, with points for waiting, fans and authors who were ignored. Nothing is saved yet.
priority-kept = In force since { $when }.
priority-kept-usual = Nobody has changed it: these are the usual points.
priority-saved = Saved. It counts from the next post on; open cases keep their parts until something changes them.
priority-bad-number = “{ $text }” is not a whole number
priority-bad-tag = “{ $line }” is not a tag with its points, like: vip 20
priority-tried = { $changed } of { $cases } open cases would have another priority
priority-tried-about = Nothing was changed. It compares the open cases as they stand with what they would be if they were all counted anew by the points above.
priority-tried-by-hand = { $count ->
    [one] One keeps what somebody said about it.
   *[other] { $count } keep what somebody said about them.
  }
priority-tried-part = There are more open cases; the { $count } oldest were looked at.
priority-tried-first = The first { $count } of all desks, before and after
priority-tried-none = No case is open.
priority-place-then = Then
priority-place-now = Now
priority-tried-case = Case
priority-tried-points = Priority
priority-recount = Count all open cases anew
priority-recount-about = Open cases keep the parts that they have until something changes them. This counts each anew by the saved points and the rules of today. What somebody said by hand stays. Each case that changes gets one entry in its history; it is not taken back at once.
priority-recount-go = Count anew
priority-recount-stop = Stop
priority-recount-look = Look again
priority-recount-running = Counting: { $looked } of { $cases } open cases looked at, { $changed } changed.
priority-recount-done = Counted anew: { $looked } open cases looked at, { $changed } changed.
priority-recount-stopped = Ended before it was done ({ $why }): { $looked } of { $cases } open cases looked at, { $changed } changed.
priority-becomes = becomes

priority-harm = Harm
priority-harm-about = Somebody hurt, danger, the law, stolen data or money, harassment: named in the post.
priority-harm-first = The first kind of harm
priority-harm-further = Each further kind
priority-harm-most = At most

priority-need = Need
priority-need-about = What the post asks of us. The strongest counts whole, each further one a little.
priority-need-complaint = A complaint
priority-need-purchase = May buy
priority-need-question = A question
priority-need-job = Asks for work
priority-need-thanks = A thanks
priority-need-further = Each further one
priority-need-most = At most

priority-mood = Mood
priority-mood-about = How the post sounds. A mood that is less sure counts for less.
priority-mood-negative = A bad mood
priority-mood-positive = A good mood

priority-reach = Reach
priority-reach-about = How many may see it: each ten-fold of followers above 100, each ten-fold of reshares and replies.
priority-reach-followers = Each ten-fold of followers
priority-reach-followers-most = At most for followers
priority-reach-echo = Each ten-fold of reshares and replies
priority-reach-echo-most = At most for those
priority-reach-most = At most together

priority-waiting = Waiting
priority-waiting-about = Grows in steps while the author waits for us. It stops with our answer and begins anew when the author writes; nobody waits for a case that sleeps or is closed.
priority-waiting-hours = Hours of a step
priority-waiting-step = Each step
priority-waiting-most = At most

priority-rating = Rating
priority-rating-about = The stars of a review.
priority-rating-lowest = Up to 1½ of 5 stars
priority-rating-low = Up to 2½ of 5 stars

priority-customer = Customer
priority-customer-about = The case, or an earlier case of the same author, carries a tag of a class of customer.
priority-customer-most = At most

priority-fan = Fan
priority-fan-about = The author has spoken well of us several times before.
priority-fan-posts = Posts that speak well of us
priority-fan-points = A fan

priority-ignored = Ignored before
priority-ignored-about = The post says that nobody answers, or an earlier post of the author needed an answer and got none: closed without one, dismissed though it was no spam, or late.
priority-ignored-says = The post says so
priority-ignored-past = An earlier post was left
priority-ignored-most = At most together
