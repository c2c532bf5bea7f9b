package names_test
import ("testing";"github.com/briefbot/briefbot/briefings/names";"math/rand/v2";"strings")
func TestDev2(t *testing.T){
 x:=names.Build(known(t))
 all:=padded(t,5000)
 n:=0; 
 for _,it:=range all[671:]{ ms:=x.Lookup(it.Names[0],3,nil); if _,ok:=names.Winner(ms);ok{n++; if n<25 {t.Log(it.Names[0],show(ms))}}}
 t.Log("made-up full names answered",n,"of",len(all)-671)
 n=0
 for _,it:=range all[671:]{ q:=it.Names[0][strings.LastIndex(it.Names[0]," ")+1:]; ms:=x.Lookup(q,3,nil); if _,ok:=names.Winner(ms);ok{n++; if n<40 {t.Log(q,show(ms))}}}
 t.Log("made-up surnames answered",n,"of",len(all)-671)
 rng:=rand.New(rand.NewPCG(5,5))
 var set, full []noisy
 for _,it:=range all[:671]{
  w:=strings.Fields(it.Names[0]); last:=[]rune(w[len(w)-1]); if len(last)<5||len(w)>3{continue}
  i:=rng.IntN(len(last)-1); r:=append([]rune{},last...)
  switch rng.IntN(4){
  case 0: r[i],r[i+1]=r[i+1],r[i]
  case 1: r=append(r[:i],r[i+1:]...)
  case 2: r[i]=rune('a'+rng.IntN(26))
  case 3: r=append(r[:i],append([]rune{rune('a'+rng.IntN(26))},r[i:]...)...)
  }
  set=append(set,noisy{string(r),it.Key,"rand"})
  full=append(full,noisy{w[0]+" "+string(r),it.Key,"rand"})
 }
 for _,m:=range []int{671,5000,100000}{
 y:=names.Build(padded(t,m))
 r:=measure(y,set); t.Log(m,r)
 if m==671 {for _,m:=range r.misses{ if strings.Contains(m,"answered true") {t.Log(m)}}}
 r=measure(y,full); t.Log(m,r)
 if m==671 {for _,m:=range r.misses{ t.Log(m)}}
 }
}
