import type { IncomingMessage, ServerResponse } from 'node:http';

/** Remembers a key until then (epoch seconds), in one step with looking; false when it was there. */
export interface Store {
  once(key: string, until: number): boolean | Promise<boolean>;
}

export class MemoryStore implements Store {
  once(key: string, until: number): boolean;
}

export interface Options {
  /** The line as browsers reach it. */
  edge: string;
  /** This shop as browsers reach it; registered with the line's operator. */
  origin: string;
  storefront: string;
  sale: string;
  /** Of the own cookie: 32 characters or more, the same in all processes. */
  secret: string;
  /** Where processes share what was used; this process alone by default. */
  store?: Store;
  /** `fsk_…`: redeems the unit as the shopper comes in. */
  apiKey?: string | null;
  /** Signs who the shopper is. */
  enqueueSecret?: string | null;
  /** The line as this server reaches it; `edge` by default. */
  edgeFromServer?: string;
  issuer?: string;
  /** The cookie slides, and never outlives the admission. */
  idleSeconds?: number;
  /** Of the own cookie's name, before the sale's id; shops on one host need different ones. */
  cookiePrefix?: string;
  /** False where no timer runs (edge workers): then a request refreshes the keys. */
  refreshInBackground?: boolean;
}

/** Who comes: the id, or it as `sub` with what else the line may know where it calls shoppers; null for a visitor. */
export type Vouched = string | { sub: string; email?: string; soon?: boolean } | null;

/** A shopper whom the line has admitted to one unit. */
export interface Shopper {
  token: string;
  id: string;
  sub: string;
  unit: number;
  /** When the admission ends, epoch seconds. */
  exp: number;
}

export interface Reservation {
  id: string;
  sale: string;
  unit: number;
  state: 'held' | 'sold' | 'released' | 'refunding' | 'refunded';
  payBy: string;
  price: { amount: number; currency: string };
  orderNumber: string | null;
  serverTime: string;
}

/** Status 0: no answer came. */
export interface LedgerAnswer {
  status: number;
  body: Partial<Reservation> & { code?: string };
}

export class Edge {
  redeem(admission: string, patience?: { tries?: number; timeoutMs?: number }): Promise<LedgerAnswer>;
  confirm(reservation: string): Promise<LedgerAnswer>;
  giveBack(reservation: string): Promise<LedgerAnswer>;
}

export function isOver(answer: LedgerAnswer): boolean;

export type Handled =
  | { response: Response; shopper?: undefined; headers?: undefined }
  | { response?: undefined; shopper: Shopper | null; headers: Headers };

export class WaitingRoom {
  constructor(options: Options);
  readonly line: Edge;
  handle(request: Request, shopper?: Vouched): Promise<Handled>;
  middleware<R extends IncomingMessage>(shopperOf?: (request: R) => Vouched | Promise<Vouched>):
    (request: R & { admission?: Shopper | null }, response: ServerResponse, next: (error?: unknown) => void) => Promise<void>;
  /** The Set-Cookie that ends the visit. */
  forgetting(): string;
}
