import { readFileSync } from 'node:fs';

const atRoot = (path: string): URL => new URL(`../../${path}`, import.meta.url);

/** The version in package.json. */
export const version = (): string => JSON.parse(readFileSync(atRoot('package.json'), 'utf8')).version;

/** The text of a playbook that comes with edgectl. */
export const playbookText = (id: string): string => readFileSync(atRoot(`playbooks/${id}.yaml`), 'utf8');
