const [name = 'nobody'] = process.argv.slice(2);
console.log(`hello ${name}`);
