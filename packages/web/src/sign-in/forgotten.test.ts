import { expect, it } from 'vitest';
import { codeCommand } from './forgotten.js';

it.each([
  ['https://192.168.1.7:8080/', 'npm start -- keys qr --https'],
  ['https://lookout.local:8443/', 'npm start -- keys qr --https --port 8443'],
  ['http://192.168.1.7:8080/', 'npm start -- keys qr --host 0.0.0.0'],
  ['http://localhost:9000/', 'npm start -- keys qr --port 9000'],
  ['https://cam.example/', 'npm start -- keys qr --https'],
])('whoever forgot the key of %s runs: %s', (address, command) => expect(codeCommand(new URL(address))).toBe(command));
