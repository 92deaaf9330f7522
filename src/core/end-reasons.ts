// Why a head ends: the closed list. It stands in the head's events, where its clients read it, and in its last line.

export type EndReason = 'idle' | 'time limit' | 'stopped' | 'Ray died' | 'did not start' | 'replaced';
