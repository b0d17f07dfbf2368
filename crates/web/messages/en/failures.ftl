# The page that says why something was not done. The reason itself is the API's as well, and English.

failures-not-here = Not here
failures-not-this-name = Not this name
failures-not-allowed = Not allowed
failures-not-now = Not at the moment
failures-inside = This failed inside
failures-not-done = Not done
failures-beginning = To the beginning
failures-status = Answered with status { $status }.
