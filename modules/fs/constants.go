package fs

import (
	"runtime"

	"github.com/dop251/goja"
)

// The kinds of files in a mode.
const (
	sIFMT   = 0xF000
	sIFREG  = 0x8000
	sIFDIR  = 0x4000
	sIFCHR  = 0x2000
	sIFBLK  = 0x6000
	sIFIFO  = 0x1000
	sIFLNK  = 0xA000
	sIFSOCK = 0xC000
)

// The kinds of files in a Dirent: UV_DIRENT_*.
const (
	direntUnknown = iota
	direntFile
	direntDir
	direntLink
	direntFIFO
	direntSocket
	direntChar
	direntBlock
)

// constants makes fs.constants, in Node's order.
func (r *Room) constants() *goja.Object {
	if r.constantsObject != nil {
		return r.constantsObject
	}
	o := r.h.VM.CreateObject(nil)
	r.constantsObject = o
	put := func(name string, v int) {
		o.DefineDataProperty(name, r.h.VM.ToValue(v), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	put("UV_FS_SYMLINK_DIR", 1)
	put("UV_FS_SYMLINK_JUNCTION", 2)
	put("O_RDONLY", oRDONLY)
	put("O_WRONLY", oWRONLY)
	put("O_RDWR", oRDWR)
	for i, name := range []string{"UNKNOWN", "FILE", "DIR", "LINK", "FIFO", "SOCKET", "CHAR", "BLOCK"} {
		put("UV_DIRENT_"+name, i)
	}
	put("EXTENSIONLESS_FORMAT_JAVASCRIPT", 0)
	put("EXTENSIONLESS_FORMAT_WASM", 1)
	put("S_IFMT", sIFMT)
	put("S_IFREG", sIFREG)
	put("S_IFDIR", sIFDIR)
	put("S_IFCHR", sIFCHR)
	if runtime.GOOS != "windows" {
		put("S_IFBLK", sIFBLK)
		put("S_IFIFO", sIFIFO)
	}
	put("S_IFLNK", sIFLNK)
	if runtime.GOOS != "windows" {
		put("S_IFSOCK", sIFSOCK)
	}
	put("O_CREAT", oCREAT)
	put("O_EXCL", oEXCL)
	put("UV_FS_O_FILEMAP", 0)
	more := openConstants
	if len(more) > 0 && more[0].name == "O_NOCTTY" {
		put(more[0].name, more[0].value)
		more = more[1:]
	}
	put("O_TRUNC", oTRUNC)
	put("O_APPEND", oAPPEND)
	for _, c := range more {
		put(c.name, c.value)
	}
	for i, who := range []string{"U", "G", "O"} {
		shift := 6 - 3*i
		put("S_IRWX"+who, 7<<shift)
		name := []string{"USR", "GRP", "OTH"}[i]
		put("S_IR"+name, 4<<shift)
		put("S_IW"+name, 2<<shift)
		put("S_IX"+name, 1<<shift)
	}
	put("F_OK", 0)
	put("R_OK", 4)
	put("W_OK", 2)
	put("X_OK", 1)
	for i, name := range []string{"EXCL", "FICLONE", "FICLONE_FORCE"} {
		put("UV_FS_COPYFILE_"+name, 1<<i)
		put("COPYFILE_"+name, 1<<i)
	}
	return o
}

type openConstant struct {
	name  string
	value int
}
