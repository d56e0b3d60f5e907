export { Ajv2020 as Validator } from 'ajv/dist/2020.js';
