package files

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

const (
	pageTime   = 30 * time.Second
	pageMemory = 256 << 20 / (64 << 10) // in WebAssembly's pages of 64 KiB
)

// pages draws the first page of a PDF with Chromium's PDFium, compiled to WebAssembly: it
// reads what strangers send in a box of its own, without files, network or clock, which is
// thrown away after each document.
type pages struct {
	cache string // where the compiled PDFium is kept between starts, or nothing

	once     sync.Once
	compiled wazero.CompilationCache
}

// settings are the box's: no files, no clock to speak of, and an end.
func (p *pages) settings(ctx context.Context) webassembly.Config {
	return webassembly.Config{
		Context: ctx, MaxIdle: 1, MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCloseOnContextDone(true).WithMemoryLimitPages(pageMemory).WithCompilationCache(p.compiled),
	}
}

// compile makes PDFium ready once: it takes seconds, on a busy machine many, and is not begun
// anew because whoever asked first could not wait.
func (p *pages) compile(ctx context.Context) {
	p.once.Do(func() {
		p.compiled = wazero.NewCompilationCache()
		if p.cache != "" && os.MkdirAll(p.cache, 0o700) == nil {
			if kept, err := wazero.NewCompilationCacheWithDir(p.cache); err == nil {
				p.compiled = kept
			}
		}
		if pool, err := webassembly.Init(p.settings(context.WithoutCancel(ctx))); err == nil {
			_ = pool.Close()
		}
	})
}

// first draws the first page into the thumbnail's square.
func (p *pages) first(ctx context.Context, file []byte) (small []byte, err error) {
	p.compile(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil { // the box breaks with what is in it
			err = fmt.Errorf("draw a PDF: %v", r)
		}
	}()
	pool, err := webassembly.Init(p.settings(ctx))
	if err != nil {
		return nil, fmt.Errorf("start PDFium: %w", err)
	}
	defer pool.Close() //nolint:errcheck // it is thrown away
	box, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("start PDFium: %w", err)
	}
	defer box.Close() //nolint:errcheck // it is thrown away
	return firstPage(box, file)
}

func firstPage(box pdfium.Pdfium, file []byte) ([]byte, error) {
	doc, err := box.OpenDocument(&requests.OpenDocument{File: &file})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err) // damaged, or with a password
	}
	page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document}}
	size, err := box.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	if size.Width <= 0 || size.Height <= 0 {
		return nil, errNoPicture
	}
	const points = 1 << 12 // a page's side is in points; any number that fit only makes smaller
	scale := float64(points) / max(size.Width, size.Height)
	w, h := fit(max(1, int(math.Round(size.Width*scale))), max(1, int(math.Round(size.Height*scale))), thumbnailSide)
	drawn, err := box.RenderPageInPixels(&requests.RenderPageInPixels{Page: page, Width: w, Height: h})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	defer drawn.Cleanup()
	return encode(drawn.Result.RenderedImage)
}
