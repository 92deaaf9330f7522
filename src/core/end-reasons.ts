// Why a head ends: the closed list. It stands in the head's events, where its clients read it, and in its last line. stop: a person
// asked for it; stopped: a signal ended it. never began: said by whoever took it out of the queue.

export type EndReason =
	| 'idle'
	| 'time limit'
	| 'stop'
	| 'stopped'
	| 'Ray died'
	| 'did not start'
	| 'replaced'
	| 'never began';
