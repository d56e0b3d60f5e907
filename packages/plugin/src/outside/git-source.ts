import type { Readable } from 'node:stream';

/** What proves to a server who asks. All of it is secret but the name and the known hosts. */
export interface GitCredentials {
  /** For HTTP. Default `git`. */
  readonly username?: string;
  /** For HTTP: a password or a token. */
  readonly password?: string;
  /** For SSH: a private key without a passphrase. */
  readonly sshKey?: string;
  /** For SSH: lines of a file of known hosts. Default: those that the operator knows. */
  readonly knownHosts?: string;
}

export interface GitRequest {
  /** `https://host/path`, `http://…`, `ssh://user@host/path` or `user@host:path`. */
  readonly repository: string;
  /** A branch, a tag, a whole name (`refs/…`) or a whole commit id. Default: the branch that the repository begins with. */
  readonly ref?: string | undefined;
  /** How many commits of the history; 0: all of it. */
  readonly depth: number;
  /** Whether submodules, and theirs, are fetched too; each is judged like the repository. */
  readonly submodules: boolean;
  readonly credentials?: GitCredentials | undefined;
}

/** The commit that was fetched. */
export interface GitCommit {
  /** The whole id. */
  readonly sha: string;
  /** Absent when a tag or a commit was asked for. */
  readonly branch?: string;
  readonly tag?: string;
  /** `Ann <ann@example.com>` */
  readonly author: string;
  readonly message: string;
}

/**
 * Fetches repositories over the network. Nothing that a repository, its server or a request says is ever run or read as
 * an option; no hook, filter or setting of theirs counts. Every address, submodules' too, is judged before it is reached.
 */
export interface GitSource {
  /**
   * Hands a tar stream of the checked-out files, `.git` among them, to `receive`, and returns when that has resolved.
   * Nothing is kept. Errors: `git.*`, `http.address_refused`, `http.host_unknown`, what `receive` throws, the signal's
   * reason.
   */
  clone(
    request: GitRequest,
    receive: (archive: Readable) => Promise<void>,
    options: { readonly signal: AbortSignal },
  ): Promise<GitCommit>;
}
