import { describe, expect, it } from '@jest/globals';
import { chooseEngine, distributionOf, socketsToTry } from '../src/engine/choice.ts';

const debian = ['debian'];

describe('chooseEngine', () => {
  it('is an own one for root on Debian or a relative, whatever else answers', () => {
    for (const distribution of [debian, ['ubuntu', 'debian'], ['pop', 'ubuntu', 'debian']]) {
      expect(chooseEngine({ distribution, isRoot: true, answering: ['/s'] })).toEqual({ engine: 'own' });
    }
  });

  it('is the first that answers for everyone else', () => {
    for (const machine of [
      { distribution: debian, isRoot: false },
      { distribution: ['fedora'], isRoot: true },
      { distribution: [], isRoot: false },
    ]) {
      const choice = chooseEngine({ ...machine, answering: ['/first', '/second'] });
      expect(choice).toEqual({ engine: 'found', socketPath: '/first' });
    }
  });

  it('is none, with a reason and a hint, when nothing answers', () => {
    const choice = chooseEngine({ distribution: debian, isRoot: false, answering: [] });
    expect(choice).toMatchObject({
      engine: 'none',
      reason: expect.any(String),
      hint: expect.stringContaining('DOCKER_HOST'),
    });
  });
});

describe('distributionOf', () => {
  it('reads the name and its relatives, with and without quotes', () => {
    expect(distributionOf('PRETTY_NAME="Pop!_OS"\nID=pop\nID_LIKE="ubuntu debian"\nVERSION_ID="22.04"\n')).toEqual([
      'pop',
      'ubuntu',
      'debian',
    ]);
  });
});

describe('socketsToTry', () => {
  it('believes DOCKER_HOST alone when it is set', () => {
    expect(socketsToTry({ DOCKER_HOST: 'unix:///run/podman.sock' })).toEqual(['/run/podman.sock']);
    expect(socketsToTry({ DOCKER_HOST: 'tcp://127.0.0.1:2375' })).toEqual([]);
    expect(socketsToTry({})).toEqual(['/var/run/docker.sock']);
  });
});
