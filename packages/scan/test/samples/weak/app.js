const { exec } = require('child_process');
module.exports = (req, res) => {
  exec('ls ' + req.query.dir, (error, out) => res.send(out));
  res.send(String(eval(req.query.x)));
};
