# many.sh N ROUNDS
. /tmp/k/env; cd /tmp/k; rm -rf out; mkdir out
for r in $(seq $2); do
for i in $(seq $1); do (coffer decrypt -q -k 'pkcs11:token=hsm;object=backup' -o - data.coffer > out/$r-$i 2> out/$r-$i.err; echo $? > out/$r-$i.rc) & done; wait; done
cat out/*.rc | sort | uniq -c; cat out/*.err | sort | uniq -c
