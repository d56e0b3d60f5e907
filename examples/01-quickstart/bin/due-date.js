#!/usr/bin/env node
import { dueDate } from '../src/due-date.js';

const [start, workingDays] = process.argv.slice(2);
console.log(dueDate(start, Number(workingDays)));
