# Rooms of a chat.

chat-about = Rooms of Slack, Mattermost, Discord, Teams and others that take messages by an incoming webhook. A room is told what a department has to do something about, with a link to the case. What happens within seconds is told in one message.
chat-name = Name here
chat-name-help = As service-desk. The name of a room that is listed changes that one.
chat-format = Chat
chat-format-slack = Slack, Mattermost, Rocket.Chat
chat-format-discord = Discord
chat-format-teams = Microsoft Teams
chat-url = Address of the webhook
chat-url-help = As the chat shows it. It is sealed where it is kept and never shown. Empty keeps the one that is there.
chat-departments = Departments
chat-departments-help = Only what concerns these; all of them if none is chosen.
chat-kinds = What the room is told
chat-save = Keep the room
chat-told-all = { $format }. All departments: { $kinds }
chat-told = { $format }. { $departments }: { $kinds }
chat-try = Write a trial message
chat-tried = The chat took the trial message for { $name }.
chat-remove = Remove the room
chat-bad-format = Choose the chat.
chat-bad-department = There is no such department.
chat-kind-offered = a case is offered
chat-kind-returned = a case goes back to the desk
chat-kind-clock-warned = little time is left
chat-kind-clock-breached = time ran out
chat-kind-ping-pong = a case goes to and fro with another department
chat-kind-involved = something is at stake in a case of another department
