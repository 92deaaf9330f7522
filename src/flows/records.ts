// What was asked for when a head or a client was submitted, as it stands in the head's corner; undefined where it is not there.
import { type ClientRecord, parseClientRecord } from '../core/client-record.ts';
import { type HeadRecord, parseHeadRecord } from '../core/head-record.ts';
import type { HeadLayout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';

export async function readHeadRecord({ files }: World, head: HeadLayout): Promise<HeadRecord | undefined> {
	return parseHeadRecord((await files.readState(head.record)) ?? '');
}

export async function readClientRecord(
	{ files }: World,
	head: HeadLayout,
	job: JobId,
): Promise<ClientRecord | undefined> {
	return parseClientRecord((await files.readState(head.clientRecord(job))) ?? '');
}
