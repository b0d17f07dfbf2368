# How people get in: log-in, links that choose a password.

## Log-in

access-log-in = Log in
access-log-in-to = to
access-session-ended = Your session ended. What you wrote is kept on this page and can be sent once you have logged in.
access-too-long = Your session ended, and what you sent is too long to be kept on this page. Log in in another tab, then go back here and send it again.
access-forgotten = Password forgotten? An administrator can make a link for you to choose a new one.
access-demonstration = Be somebody of the demonstration with one click
access-email = E-mail address
access-password = Password
access-send-again = Send it again
access-again = You are logged in again
access-again-about = Your session had ended before this was sent. Nothing was done with it yet.
access-again-send = Send it now
access-again-text = What you wrote
access-again-why = Why
access-again-note = Note
access-again-tags = Tags
access-leave = Leave it

## Links

access-link-for = for
access-link-about = . You are logged in with it at once.
access-link-submit = Keep it and begin
access-choose-new = Choose a new password
access-choose = Choose a password
access-password-help = At least 10 characters. Four words that nobody would guess together make a good one.
access-password-again = The same again
access-welcome = Welcome, { $name }
access-password-differs = these two are not the same; type the password twice
