export { Ajv as Validator } from 'ajv';
