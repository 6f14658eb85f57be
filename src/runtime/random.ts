// The only place that draws random numbers. Everything else gets a function, so tests own chance.
import { randomInt } from 'node:crypto';

/** A number from 0 up to, not including, 1. */
export const systemRandom = (): number => randomInt(2 ** 32) / 2 ** 32;
