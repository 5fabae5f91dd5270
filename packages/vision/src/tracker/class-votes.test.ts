import { describe, expect, it } from 'vitest';
import { ClassVotes } from './class-votes.js';
import { detection } from './testing/scenes.js';

const car = (score: number) => detection([0, 0, 10, 10], score, 2, 'car');
const dog = (score: number) => detection([0, 0, 10, 10], score, 16, 'dog');
const truck = (score: number) => detection([0, 0, 10, 10], score, 7, 'truck');

describe('class votes', () => {
  it('weigh by score, and change the class at twice its votes', () => {
    const votes = new ClassVotes(car(0.5));
    votes.add(truck(0.9));
    expect(votes.winner).toMatchObject({ class_id: 2, class_name: 'car' });
    votes.add(truck(0.2));
    expect(votes.winner).toMatchObject({ class_id: 7, class_name: 'truck' });
    votes.add(car(0.9));
    expect(votes.winner).toMatchObject({ class_id: 7 });
  });

  it('find a class the more surprising the surer the object is, and the less the more often it was taken for it', () => {
    const votes = new ClassVotes(car(0.8));
    expect(votes.surprise(car(0.8))).toBe(0);
    const atFirst = votes.surprise(dog(0.8));
    for (let look = 0; look < 50; look++) votes.add(car(0.8));
    const later = votes.surprise(dog(0.8));
    expect(later).toBeGreaterThan(atFirst);
    votes.add(dog(0.4));
    expect(votes.surprise(dog(0.8))).toBeLessThan(later - 5);
  });

  it('are never much surprised by a class that is easily confused with it', () => {
    const votes = new ClassVotes(car(0.8));
    for (let look = 0; look < 100_000; look++) votes.add(car(0.8));
    expect(votes.surprise(truck(0.8))).toBeLessThan(votes.surprise(dog(0.8)) / 3);
  });

  it('add up with those of what turned out to be the same object', () => {
    const votes = new ClassVotes(car(0.5));
    const others = new ClassVotes(truck(0.9));
    others.add(truck(0.9));
    votes.merge(others);
    expect(votes.winner).toMatchObject({ class_name: 'truck' });
  });
});
