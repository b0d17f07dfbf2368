# What is done by a link out of a message.

act-title = By a link
act-as = You do this as
act-claim = Take case { $case }
act-claim-submit = Take it
act-accept = Accept case { $case }
act-accept-submit = Accept it
act-decline = Decline case { $case }
act-decline-submit = Decline it
act-why = Why
act-unsubscribe = No more mail of this kind
act-unsubscribe-submit = Send me no more of it
act-yours = The case is yours now.
act-declined = The case stays with who offered it.
act-unsubscribed = No more mail of this kind is sent to you. On the pages you still find it.
act-gone = What this link was for has been done or taken back meanwhile. Look at the case to see where it stands.
act-look = Look at the case
