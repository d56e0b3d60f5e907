import { describe, expect, it } from '@jest/globals';
import { isUnreachable } from '../src/images/pull.ts';
import { isCurrent, RECIPE_LABEL, recipeDigest, type ImageRecipe } from '../src/images/recipe.ts';

const recipe: ImageRecipe = {
  names: ['tool:1'],
  command: ['sh'],
  content: 'one tool, 1',
  root: () => Promise.reject(new Error('not asked here')),
};

describe('isCurrent', () => {
  it('accepts an image from a registry and one that the same recipe built', () => {
    expect(isCurrent({ labels: {} }, recipe)).toBe(true);
    expect(isCurrent({ labels: { [RECIPE_LABEL]: recipeDigest(recipe) } }, recipe)).toBe(true);
  });

  it('refuses an absent image and one of an older recipe', () => {
    const older = { ...recipe, content: 'one tool, 0' };
    expect(isCurrent(undefined, recipe)).toBe(false);
    expect(isCurrent({ labels: { [RECIPE_LABEL]: recipeDigest(older) } }, recipe)).toBe(false);
  });
});

describe('isUnreachable', () => {
  const hour = 60 * 60 * 1000;
  const failedAt = (unreachableAt: number) => JSON.stringify({ unreachableAt });

  it('remembers a failed pull for a day', () => {
    expect(isUnreachable(undefined, 0)).toBe(false);
    expect(isUnreachable(failedAt(0), 23 * hour)).toBe(true);
    expect(isUnreachable(failedAt(0), 25 * hour)).toBe(false);
  });
});
