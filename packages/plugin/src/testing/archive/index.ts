export { firstFile, type ArchiveCase } from './archive-case.ts';
export { hostileArchives } from './hostile-archives.ts';
