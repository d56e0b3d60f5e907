// Writes a tiny vulnerability database of Trivy (schema 2): DIR/db/trivy.db and DIR/db/metadata.json.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

type m = map[string]any

func main() {
	dir := filepath.Join(os.Args[1], "db")
	must(os.MkdirAll(dir, 0o755))
	p := filepath.Join(dir, "trivy.db")
	os.Remove(p)
	db, err := bolt.Open(p, 0o644, &bolt.Options{NoFreelistSync: true})
	must(err)
	must(db.Update(func(tx *bolt.Tx) error {
		const npm, deb = "npm::GitHub Security Advisory npm", "debian 12"
		put := func(v m, path ...string) {
			b, err := tx.CreateBucketIfNotExists([]byte(path[0]))
			must(err)
			for _, k := range path[1 : len(path)-1] {
				b, err = b.CreateBucketIfNotExists([]byte(k))
				must(err)
			}
			j, err := json.Marshal(v)
			must(err)
			must(b.Put([]byte(path[len(path)-1]), j))
		}
		put(m{"ID": "debian", "Name": "Debian Security Tracker", "URL": "https://salsa.debian.org/security-tracker-team/security-tracker"}, "data-source", deb)
		put(m{"ID": "ghsa", "Name": "GitHub Security Advisory npm", "URL": "https://github.com/advisories?query=type%3Areviewed+ecosystem%3Anpm"}, "data-source", npm)
		// advisories: Debian keys are SOURCE package names; Status 5 = will_not_fix, 2 = affected (only without FixedVersion)
		put(m{"VendorIDs": []string{"DSA-9001-1"}, "FixedVersion": "1:99.0-1"}, deb, "zlib", "CVE-2099-0001")
		put(m{"Status": 5, "Severity": 0}, deb, "bash", "CVE-2099-0002")
		put(m{"FixedVersion": "99.0-1", "Severity": 1}, deb, "coreutils", "CVE-2099-0003")
		put(m{"PatchedVersions": []string{"4.17.21"}, "VulnerableVersions": []string{"<4.17.21"}}, npm, "lodash", "CVE-2021-23337")
		put(m{"PatchedVersions": []string{"1.2.6"}, "VulnerableVersions": []string{"<1.2.6"}}, npm, "minimist", "CVE-2021-44906")
		vuln := func(id, title, sev string, n int, score float64, cwe string, src string) {
			put(m{"Title": title, "Description": title + " (fixture record)", "Severity": sev, "CweIDs": []string{cwe},
				"VendorSeverity": m{"nvd": n, src: n}, "CVSS": m{"nvd": m{"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": score}, src: m{"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": score}},
				"References": []string{"https://example.test/" + id}, "PublishedDate": "2021-02-15T13:15:00Z", "LastModifiedDate": "2024-01-01T00:00:00Z"}, "vulnerability", id)
		}
		vuln("CVE-2099-0001", "zlib: heap overflow", "HIGH", 3, 8.1, "CWE-787", "redhat")
		vuln("CVE-2099-0002", "bash: unfixed problem", "HIGH", 3, 7.5, "CWE-20", "redhat")
		vuln("CVE-2099-0003", "coreutils: small problem", "LOW", 1, 3.1, "CWE-20", "redhat")
		vuln("CVE-2021-23337", "nodejs-lodash: command injection via template", "HIGH", 3, 7.2, "CWE-94", "ghsa")
		vuln("CVE-2021-44906", "minimist: prototype pollution", "CRITICAL", 4, 9.8, "CWE-1321", "ghsa")
		return nil
	}))
	must(db.Close())
	now := time.Now().UTC()
	j, _ := json.Marshal(m{"Version": 2, "NextUpdate": now.AddDate(10, 0, 0), "UpdatedAt": now, "DownloadedAt": now})
	must(os.WriteFile(filepath.Join(dir, "metadata.json"), j, 0o644))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
