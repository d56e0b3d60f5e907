export { createFakeSandboxDriver, type FakeSandboxDriverOptions } from './fake-driver.ts';
export { FakeEngine, type FakeRun } from './fake-engine.ts';
export type { FakeExit, FakeProgram, FakeProgramContext } from './fake-program.ts';
export type { FakeOperation } from './fake-sandbox.ts';
export { MemoryTree, type MemoryNode } from './memory-tree.ts';
export { describeSandbox } from './kit/describe-sandbox.ts';
export type { SandboxKitSubject } from './kit/kit-bench.ts';
export { kitProgram } from './kit/kit-programs.ts';
