# A question by its link, for somebody who does not log in.

question-title = A question
question-heading = { $name } asks you
question-for = For
question-until = its time ends
question-answers = What you answered
question-answered = Your answer is with { $name }. You can add to it below.
question-your-answer = Your answer
question-more = Something to add
question-help = Only { $name } and their colleagues read it. It is never published.
question-send = Send the answer
question-posts = What it is about
question-somebody = Somebody
