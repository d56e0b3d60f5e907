import { describe, expect, it } from '@jest/globals';
import { assignments } from '../src/input/assignments.ts';
import { outerEnvironment } from '../src/input/outer-environment.ts';
import { secretsOf, type SecretSources } from '../src/input/secrets.ts';

describe('assignments', () => {
  it('split at the first equals sign', () => {
    expect(assignments('input', ['a=1', 'query=x=y', 'empty='])).toEqual({ a: '1', query: 'x=y', empty: '' });
  });

  it.each(['novalue', '=value'])('refuse %s', (text) => {
    expect(() => assignments('input', [text])).toThrow(expect.objectContaining({ code: 'command.usage' }));
  });
});

describe('outer variables', () => {
  it('come from the environment, by name only', () => {
    expect(outerEnvironment(['HOME'], undefined, { HOME: '/home/ann', OTHER: 'x' })).toEqual({ HOME: '/home/ann' });
  });

  it('must be there', () => {
    expect(() => outerEnvironment(['NOPE'], undefined, {})).toThrow(expect.objectContaining({ code: 'command.usage' }));
    expect(() => outerEnvironment([], '/no/such/file', {})).toThrow(
      expect.objectContaining({ code: 'command.file_not_found' }),
    );
  });
});

describe('secrets', () => {
  const sources: SecretSources = {
    env: { TOKEN: 'from-the-environment' },
    readFile(file) {
      if (file !== 'token.txt') throw new Error('no such file');
      return 'from-the-file';
    },
    ask: async (name) => `asked-for-${name}`,
  };

  it('come from the environment, a file, or a person', async () => {
    const { secrets } = await secretsOf(['TOKEN', 'KEY=@token.txt', 'PASSPHRASE'], sources);
    expect(secrets).toEqual({
      TOKEN: 'from-the-environment',
      KEY: 'from-the-file',
      PASSPHRASE: 'asked-for-PASSPHRASE',
    });
  });

  it('are never taken from the command line, and the refusal does not repeat them', async () => {
    const refusal = secretsOf(['TOKEN=hunter2-hunter2'], sources);
    await expect(refusal).rejects.toMatchObject({
      code: 'command.usage',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  it('must be had', async () => {
    await expect(secretsOf(['ABSENT'], { env: {}, readFile: sources.readFile })).rejects.toMatchObject({
      code: 'command.usage',
    });
    await expect(secretsOf(['KEY=@absent.txt'], sources)).rejects.toMatchObject({ code: 'command.file_not_found' });
  });

  it('must be long enough to be hidden; short ones bring a warning', async () => {
    await expect(secretsOf(['PIN'], { ...sources, env: { PIN: '12' } })).rejects.toMatchObject({
      code: 'command.usage',
    });
    const { warnings } = await secretsOf(['PIN'], { ...sources, env: { PIN: '12345' } });
    expect(warnings).toHaveLength(1);
  });
});
