const { readdir } = require('fs');
module.exports = (req, res) => {
  readdir('/srv/public', (error, names) => res.send(names));
};
