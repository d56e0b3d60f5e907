import { imagePart } from '../images/image-part.ts';
import { semgrepContent, semgrepRoot } from '../images/semgrep-root.ts';

/** The scanner of source code. */
export const semgrep = imagePart('semgrep', 'image semgrep', [
  {
    names: ['semgrep/semgrep:1.182.0', 'semgrep/semgrep:latest'],
    command: ['semgrep', '--help'],
    environment: { SEMGREP_IN_DOCKER: '1', SEMGREP_SEND_METRICS: 'off', SEMGREP_ENABLE_VERSION_CHECK: '0' },
    content: semgrepContent,
    root: semgrepRoot,
  },
]);
