# The server for mail.

mail-about = Where mail is handed over. Without a server nobody is written to, and everything is told on the pages alone.
mail-host = Server
mail-host-help = As mail.acme.example. Leave it empty to send no mail.
mail-port = Port
mail-security = Encryption
mail-security-tls = TLS from the beginning (most often port 465)
mail-security-starttls = STARTTLS (most often port 587)
mail-security-plain = none, for a server on this machine
mail-user = User name
mail-password = Password
mail-password-help = It is sealed where it is kept, and never shown. Empty keeps the one that is there, as long as server and user stay.
mail-from = From
mail-from-help = The address that mail comes from, as Acme desk <desk@acme.example>.
mail-try = Try it
mail-try-about = Sends one message now and shows what the server answers.
mail-try-submit = Send me a trial message
mail-to = To
mail-tried = The server took it: { $answer }
mail-links = Links in messages
mail-links-about = A message about a case has links by which whoever it is for claims, accepts, declines or transfers it: one page with one button. Each works once, for three days, with the rights that they have by then.
mail-links-who = Who may use one
mail-links-without = whoever has the message, without logging in
mail-links-with = whom the message is for, logged in
mail-dead = { $channel ->
    [chat] Given up: to the room { $to }
    [push] Given up: to a browser of { $to }
   *[other] Given up: by mail to { $to }
}
mail-dead-about = From { $when }. It was tried { $attempts ->
    [one] once
   *[other] { $attempts } times
}. At last: { $why }
mail-dead-submit = Try again
mail-bad-port = A port is a number from 1 to 65535.
mail-bad-security = Choose how the way to the server is encrypted.
mail-no-delivery = There is no such message.
