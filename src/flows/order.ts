// While something is awaited at a job's start: an order to end now ends the waiting.
import { orderWhileStarting } from '../core/order-to-end.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';

export function throwIfToldToEnd(world: World, doing: string): void {
	const order = orderWhileStarting(world.ear.take());
	if (order) throw new Trouble('interrupted', `Told to end while ${doing}: ${order.because}`, { exitCode: order.code });
}
