# Telling people in their browsers.

push-about = People are told what happens in browsers that they register under Notifications, also while no page of this installation is open. Each message leaves for the push service of the browser's maker (Mozilla, Google, Apple, Microsoft): sealed for that browser, so that the service sees when it is sent and how long it is, and not what it says. Nothing leaves before it is turned on here.
push-is-on = Tell people in their browsers
push-shows-texts = Say what happened
push-shows-texts-help = A title with the number of the case, as "Case 7 is offered to Sales", and buttons for what can be done. Without, a message only says that something happened: for browsers in places where others read along.
push-contact = How push services reach you
push-contact-help = A mail address, or an address that begins with https://. Whoever runs a push service writes there when something is wrong.
push-saved = Saved.
push-browsers = In your browsers
push-browsers-about = Register each browser in which you want to be told what happens, also while no page of this installation is open. What you are told there, how soon and not when stands above.
push-here = Tell me in this browser
push-here-on = You are told in this browser.
push-unsupported = This browser cannot be told anything. It has to be a current one, and the address of this page has to begin with https://.
push-denied = This browser does not let this site show notifications. Allow it beside the address of the page, and come back.
push-failed = The browser could not be registered with its push service. Try again later.
push-needs-script = To register a browser the page needs scripts.
push-since = Registered
push-succeeded = Last told
push-never = never
push-remove = Remove
push-try = Try it
push-tried = The push service took the trial message. It is shown in a moment.
push-browser = A browser
push-browser-on = { $browser } on { $system }
push-no-browser = There is no such browser.
