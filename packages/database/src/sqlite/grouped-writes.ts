import { setImmediate } from 'node:timers';
import type { SqliteConnection } from '../database.ts';
import type { SqliteHandle, SqliteHandleStatement } from './handle.ts';
import { translateError } from './translate-error.ts';
import type { Turnstile } from './turnstile.ts';

/** Bounds how long one transaction keeps the event loop, and how long others wait for the write lock. */
const largestGroup = 1_000;

interface Write {
  readonly work: (connection: SqliteConnection) => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects the writes of one turn of the event loop and commits them together. */
export class GroupedWrites {
  readonly #handle: SqliteHandle;
  readonly #connection: SqliteConnection;
  readonly #transactions: Turnstile;
  readonly #statement: Record<'begin' | 'commit' | 'rollback' | 'enter' | 'leave' | 'undo', SqliteHandleStatement>;
  #waiting: Write[] = [];
  #flush: Promise<void> | undefined;

  constructor(handle: SqliteHandle, connection: SqliteConnection, transactions: Turnstile) {
    this.#handle = handle;
    this.#connection = connection;
    this.#transactions = transactions;
    this.#statement = {
      begin: handle.prepare('BEGIN IMMEDIATE'),
      commit: handle.prepare('COMMIT'),
      rollback: handle.prepare('ROLLBACK'),
      enter: handle.prepare('SAVEPOINT one'),
      leave: handle.prepare('RELEASE one'),
      undo: handle.prepare('ROLLBACK TO one'),
    };
  }

  add<Result>(work: (connection: SqliteConnection) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Write['resolve'], reject });
      this.#flush ??= this.#atEndOfTurn();
    });
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#flush) await this.#flush;
  }

  #atEndOfTurn(): Promise<void> {
    return new Promise((flushed) => setImmediate(() => flushed(this.#commitWaiting())));
  }

  async #commitWaiting(): Promise<void> {
    if (this.#handle.inTransaction) {
      const leave = await this.#transactions.enter();
      this.#commitGroup();
      leave();
    } else {
      this.#commitGroup();
    }
  }

  #commitGroup(): void {
    const group = this.#waiting.splice(0, largestGroup);
    this.#flush = this.#waiting.length === 0 ? undefined : this.#atEndOfTurn();
    try {
      this.#statement.begin.run();
      const settle = group.map((write) => this.#perform(write));
      this.#statement.commit.run();
      for (const tell of settle) tell();
    } catch (error) {
      for (const write of group) write.reject(translateError(error));
      if (this.#handle.inTransaction) this.#statement.rollback.run();
    }
  }

  /** Returns what to tell the caller once the group is committed. Throws when the whole transaction is lost. */
  #perform(write: Write): () => void {
    this.#statement.enter.run();
    try {
      const result = write.work(this.#connection);
      this.#statement.leave.run();
      return () => write.resolve(result);
    } catch (error) {
      // A full disk or a failed read may have ended the transaction, and with it the others' part.
      if (!this.#handle.inTransaction) throw error;
      this.#statement.undo.run();
      this.#statement.leave.run();
      return () => write.reject(translateError(error));
    }
  }
}
