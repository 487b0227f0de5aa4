// Reads objects, as a JSON array, and prints what Kubernetes' schemas find wrong with each: a line "kind/name: what".
import { readFileSync } from 'node:fs';

for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
  const kinds = await import(`kubernetes-models/${object.apiVersion}`);
  try {
    new kinds[object.kind](object).validate();
  } catch (error) {
    console.log(`${object.kind}/${object.metadata.name}: ${error.message}`);
  }
}
